"""What is written down once and not computed again: shifts worked, pages handled, what feeds have published."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from oncall.models.layer import DutyName
from oncall.models.roster import Roster


class WorkedShift(models.Model):
    """A shift that has ended, written once: the record of who worked, whatever is edited later."""

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="worked_shifts")
    person = models.ForeignKey(User, models.PROTECT, related_name="worked_shifts")
    layer_name = models.CharField(max_length=80)
    duty = models.CharField(max_length=12, choices=DutyName.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["-starts_at", "-id"], name="worked_shift_latest_first")]
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "person", "duty", "layer_name", "starts_at"], name="worked_shift_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="worked_shift_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.starts_at:%Y-%m-%d %H:%M}"


class HandledPage(models.Model):
    """Somebody was called and answered: reported down by escalations, once for each page."""

    person = models.ForeignKey(User, models.PROTECT, related_name="handled_pages")
    at = models.DateTimeField()
    minutes = models.PositiveIntegerField(help_text=_("From being asked to acknowledging."))
    key = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ["at"]
        indexes = [
            models.Index(fields=["person", "at"], name="handled_page_by_person"),
            models.Index(fields=["-at", "-id"], name="handled_page_latest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.at:%Y-%m-%d %H:%M}"


class PublishedShift(models.Model):
    """What a calendar feed has told about a person or a roster: the identity and the latest shape of an event. It
    stays when the shift does not happen, as cancelled, so that calendars take it away."""

    person = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    roster = models.ForeignKey(Roster, models.CASCADE, null=True, related_name="+")
    uid = models.CharField(max_length=80)
    lane = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    summary = models.CharField(max_length=200)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    is_cancelled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, roster__isnull=False) | Q(person__isnull=False, roster=None),
                name="published_for_a_person_or_a_roster",
            ),
            models.UniqueConstraint(fields=["person", "uid"], name="published_once_for_a_person"),
            models.UniqueConstraint(fields=["roster", "uid"], name="published_once_for_a_roster"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="published_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.uid
