"""The closed lists of the incident app, with the words people read."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Severity(IntegerChoices):
    SEV0 = 0, _("SEV0")
    SEV1 = 1, _("SEV1")
    SEV2 = 2, _("SEV2")
    SEV3 = 3, _("SEV3")
    SEV4 = 4, _("SEV4")


class StageName(TextChoices):
    TRIAGE = "triage", pgettext_lazy("stage", "Triage")
    ACTIVE = "active", pgettext_lazy("stage", "Active")
    CONTAINED = "contained", pgettext_lazy("stage", "Contained")
    RESOLVED = "resolved", pgettext_lazy("stage", "Resolved")
    CLOSED = "closed", pgettext_lazy("stage", "Closed")
    DECLINED = "declined", pgettext_lazy("stage", "Declined")
    MERGED = "merged", pgettext_lazy("stage", "Merged")


class Mode(TextChoices):
    LIVE = "live", pgettext_lazy("mode", "Live")
    DRILL = "drill", pgettext_lazy("mode", "Drill")
    TEST = "test", pgettext_lazy("mode", "Test")


class Region(TextChoices):
    AMER = "AMER", _("Americas")
    EMEA = "EMEA", _("Europe, Middle East and Africa")
    APAC = "APAC", _("Asia and Pacific")
    REECA = "REECA", _("Russia, Eastern Europe and Central Asia")


class DeclineReason(TextChoices):
    DUPLICATE = "duplicate", _("Duplicate")
    ROUTINE = "routine", _("Routine queue work")
    OUT_OF_SCOPE = "out_of_scope", _("Out of scope")
    NOT_HARMFUL = "not_harmful", _("Not harmful")
    INSUFFICIENT = "insufficient_information", _("Insufficient information")
    ALREADY_ACTIONED = "already_actioned", _("Already actioned")
    TEST = "test", pgettext_lazy("decline reason", "Test")
    SPAM = "spam", _("Spam")
    WRONG_TEAM = "wrong_team", _("Wrong team")
    EXPIRED = "expired", _("Expired")


class Source(TextChoices):
    FORM = "form", _("Form")
    API = "api", _("API")
    EVENTS = "events", _("Events")


class EntryKind(TextChoices):
    """What a timeline entry can be. The sentence for each is in `templatetags/timeline.py`."""

    REPORTED = "reported", _("Report")
    DECLARED = "declared", _("Declared")
    SEVERITY_RAISED = "severity_raised", _("Severity raised")
    ESCALATION_STARTED = "escalation_started", _("Escalation started")
    PAGED = "paged", _("Page")
    STEP_EMPTY = "step_empty", _("Nobody at a step")
    UNREACHABLE = "unreachable", _("Unreachable")
    EXHAUSTED = "exhausted", _("Policy exhausted")
    WITHHELD = "withheld", _("Withheld")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    MERGED = "merged", _("Merged")
    ABSORBED = "absorbed", _("Merged in")
    CONTAINED = "contained", _("Contained")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    EVENT = "event", _("Event")
    RELATED = "related", _("Related")
