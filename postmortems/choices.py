"""The closed lists of reviews, with the words people read."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReviewState(TextChoices):
    DRAFT = "draft", pgettext_lazy("review", "Draft")
    IN_REVIEW = "in_review", pgettext_lazy("review", "In review")
    APPROVED = "approved", pgettext_lazy("review", "Approved")


class StepKind(TextChoices):
    """What became of a review, one row each time."""

    DRAFTED = "drafted", _("Drafted from the timeline")
    RESOLVED_AGAIN = "resolved_again", _("The incident was resolved again")
    HANDED_OVER = "handed_over", _("Owner or due date changed")
    SUBMITTED = "submitted", _("Submitted for approval")
    RETURNED = "returned", _("Sent back to draft")
    APPROVED = "approved", _("Approved")


class SectionKind(TextChoices):
    """The narrative, in the order it is read."""

    SUMMARY = "summary", _("Summary")
    IMPACT = "impact", _("Impact")
    HAPPENED = "happened", _("What happened")
    FOUND = "found", _("How we found out")
    WELL = "well", _("What went well")
    BADLY = "badly", _("What went badly")
    LUCKY = "lucky", _("Where we were lucky")


class FactorCategory(TextChoices):
    DETECTION = "detection", pgettext_lazy("factor", "Detection")
    POLICY = "policy", pgettext_lazy("factor", "Policy")
    TOOLING = "tooling", pgettext_lazy("factor", "Tooling")
    PROCESS = "process", pgettext_lazy("factor", "Process")
    STAFFING = "staffing", pgettext_lazy("factor", "Staffing")
    COMMUNICATION = "communication", pgettext_lazy("factor", "Communication")
    EXTERNAL = "external", pgettext_lazy("factor", "Outside our hands")


class ImprovementKind(TextChoices):
    PREVENT = "prevent", pgettext_lazy("improvement", "Prevent")
    DETECT = "detect", pgettext_lazy("improvement", "Detect sooner")
    CONTAIN = "contain", pgettext_lazy("improvement", "Contain faster")
    PROCESS = "process", pgettext_lazy("improvement", "Process")
    TOOLING = "tooling", pgettext_lazy("improvement", "Tooling")
    WELLNESS = "wellness", pgettext_lazy("improvement", "Wellness")


class ImprovementState(TextChoices):
    OPEN = "open", pgettext_lazy("improvement", "Open")
    IN_PROGRESS = "in_progress", pgettext_lazy("improvement", "In progress")
    DONE = "done", pgettext_lazy("improvement", "Done")
    DROPPED = "dropped", pgettext_lazy("improvement", "Dropped")


UNSETTLED = (ImprovementState.OPEN, ImprovementState.IN_PROGRESS)


class Priority(IntegerChoices):
    HIGH = 1, pgettext_lazy("priority", "High")
    MEDIUM = 2, pgettext_lazy("priority", "Medium")
    LOW = 3, pgettext_lazy("priority", "Low")
