"""What a roster's owner has been told of what is wrong ahead."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from oncall.models.layer import DutyName
from oncall.models.roster import Roster


class CoverageNotice(models.Model):
    """Something wrong ahead, as last seen, and the nearest horizon at which its owner was told. It goes once it is
    mended, so that it is told afresh should it come back."""

    class Kind(models.TextChoices):
        GAP = "gap", _("Nobody on duty")
        THIN = "thin", _("Too few people")
        UNSKILLED = "unskilled", _("A skill is missing")
        EMPTY = "empty", _("Somebody is away")
        UNREACHABLE = "unreachable", _("Somebody cannot be reached")
        DOUBLE = "double", _("On duty twice at once")
        DAILY = "daily", _("Too little rest in a day")
        WEEKLY = "weekly", _("No day of rest in a week")
        RUN = "run", _("Too many days in a row")
        NIGHTS = "nights", _("Too many nights on call")
        HOLIDAYS = "holidays", _("Too many holidays in a row")

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="coverage_notices")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    duty = models.CharField(max_length=12, choices=DutyName.choices, blank=True)
    person = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    missing = models.CharField(max_length=300, blank=True, help_text=_("The skills, with commas between."))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    horizon = models.PositiveSmallIntegerField(help_text=_("Hours ahead at which it was told last."))
    told_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="coverage_notice_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.roster}: {self.kind}, {self.starts_at:%Y-%m-%d %H:%M}"
