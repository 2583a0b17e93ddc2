"""The closed lists of the incident app, with the words people read."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.regions import Region as Region  # people have the same


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
    ALERTMANAGER = "alertmanager", "Alertmanager"  # names of products are the same in every language
    GRAFANA = "grafana", "Grafana"
    NOTIFICATION = "notification", _("Notification")


class IntakeOutcome(TextChoices):
    """What became of one call at an integration's door."""

    OPENED = "opened", pgettext_lazy("call", "Opened an incident")
    JOINED = "joined", pgettext_lazy("call", "Joined an open incident")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("call", "Acknowledged")
    RESOLVED = "resolved", pgettext_lazy("call", "Resolved")
    NOTED = "noted", pgettext_lazy("call", "Noted; people had accepted it")
    IGNORED = "ignored", pgettext_lazy("call", "Nothing open under its key")
    INVALID = "invalid", pgettext_lazy("call", "Refused: not an event")
    TOO_MANY = "too_many", pgettext_lazy("call", "Refused: too many")
    NOT_KEPT = "not_kept", pgettext_lazy("call", "Refused: could not be kept")


class Tlp(TextChoices):
    """Traffic Light Protocol 2.0. Its labels are the same in every language, by its own rules."""

    RED = "TLP:RED", "TLP:RED"
    AMBER_STRICT = "TLP:AMBER+STRICT", "TLP:AMBER+STRICT"
    AMBER = "TLP:AMBER", "TLP:AMBER"
    GREEN = "TLP:GREEN", "TLP:GREEN"
    CLEAR = "TLP:CLEAR", "TLP:CLEAR"


class Function(TextChoices):
    """Who does what in a room, beside the one incident manager."""

    DEPUTY = "deputy", _("Deputy")
    SCRIBE = "scribe", _("Scribe")
    CONTAINMENT = "containment", _("Containment lead")
    DETECTION = "detection", _("Hash and detection lead")
    POLICY = "policy", _("Policy lead")
    LEGAL = "legal", _("Legal lead")
    LAW_ENFORCEMENT = "law_enforcement", _("Law enforcement response lead")
    PUBLIC_POLICY = "public_policy", _("Public policy lead")
    COMMS = "comms", _("Communications lead")
    DATA = "data", _("Data lead")
    WELLNESS = "wellness", _("Wellness lead")
    LANGUAGE = "language", _("Region and language lead")
    US_CUSTODIAN = "us_custodian", _("US boundary custodian")


class TaskState(TextChoices):
    OPEN = "open", pgettext_lazy("task", "Open")
    DONE = "done", pgettext_lazy("task", "Done")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("task", "Not applicable")


class EntryKind(TextChoices):
    """What a timeline entry can be. The sentence for each is in `templatetags/timeline.py`."""

    REPORTED = "reported", pgettext_lazy("timeline", "Report")
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
    NOTE = "note", _("Note")
    UPDATE = "update", _("Status update")
    DECISION = "decision", _("Decision")
    SEVERITY_LOWERED = "severity_lowered", _("Severity lowered")
    DOWNGRADE_ASKED = "downgrade_asked", _("Downgrade asked for")
    DOWNGRADE_REFUSED = "downgrade_refused", _("Downgrade refused")
    REOPENED = "reopened", _("Reopened")
    RESTORED = "restored", _("Back in triage")
    MANAGER_CHANGED = "manager_changed", _("Incident manager changed")
    FUNCTION_GIVEN = "function_given", _("Function given")
    FUNCTION_ENDED = "function_ended", _("Function ended")
    PLAYBOOK_STARTED = "playbook_started", _("Playbook started")
    TASK_ADDED = "task_added", _("Task added")
    TASK_DONE = "task_done", _("Task done")
    TASK_SKIPPED = "task_skipped", _("Task not applicable")
    TASK_REOPENED = "task_reopened", _("Task reopened")
    EDITED = "edited", _("Properties changed")
    PAGED_BY_HAND = "paged_by_hand", _("Page by hand")
    PAGE_ANSWERED = "page_answered", _("Page answered")
    PAGE_TAKEN_BACK = "page_taken_back", _("Page taken back")
    PAGE_HANDED_ON = "page_handed_on", _("Page handed on")
