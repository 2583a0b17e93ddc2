"""What people change about a schedule: overrides, swaps, time off. Nothing here is ever edited: it is ended, and
from then on has no effect, so that the past stays as it was."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from oncall.models.layer import DutyName
from oncall.models.roster import Roster
from oncall.querysets import SwapQuerySet


class Override(models.Model):
    """Somebody's slots go to another or to nobody, or somebody is added; docs/rosters.md says on what it acts. They
    act in the order of their ids. `acknowledged` names what spoke against it and was decided anyway."""

    class Kind(models.TextChoices):
        REPLACE = "replace", _("Replace")
        ADD = "add", _("Add")
        REMOVE = "remove", _("Remove")

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="overrides")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    duty = models.CharField(max_length=12, choices=DutyName.choices, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    acknowledged = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["roster", "ends_at"], name="override_by_roster")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="override_ends_after_start"),
            models.CheckConstraint(
                condition=Q(kind="replace", by__isnull=False)
                | Q(kind="add", person=None, by__isnull=False)
                | Q(kind="remove", by=None),
                name="override_names_whom_its_kind_asks",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.person or ''} {self.by or ''}"


class Swap(models.Model):
    """A shift, or part of one, offered to somebody or to anybody on the roster, and taken or not. Swaps of one `bundle`
    are accepted together or not at all."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")
        LAPSED = "lapsed", _("Lapsed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bundle = models.UUIDField(default=uuid.uuid4)
    roster = models.ForeignKey(Roster, models.CASCADE, related_name="swaps")
    giver = models.ForeignKey(User, models.PROTECT, related_name="swaps_given")
    taker = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="swaps_taken")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFERED)
    note = models.CharField(max_length=300, blank=True)
    acknowledged = models.JSONField(default=list)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = SwapQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["roster", "state", "ends_at"], name="swap_by_roster"),
            models.Index(fields=["bundle"], name="swap_by_bundle"),
            models.Index(fields=["-offered_at", "-id"], name="swap_latest_first"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="swap_ends_after_start"),
            models.CheckConstraint(
                condition=Q(taker=None) | ~Q(taker=F("giver")), name="swap_giver_is_not_taker"
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(taker__isnull=False, settled_at__isnull=False),
                name="swap_accepted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} to {self.taker or 'anybody'}, {self.starts_at:%Y-%m-%d %H:%M}"


class TimeOff(models.Model):
    """A person is away. `uid` is the identity it has in the person's own calendar, when it came from there."""

    person = models.ForeignKey(User, models.CASCADE, related_name="time_off")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    uid = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["person", "ends_at"], name="time_off_by_person"),
            models.Index(fields=["-starts_at", "-id"], name="time_off_latest_first"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="time_off_ends_after_start")
        ]

    def __str__(self) -> str:
        return f"{self.person} away, {self.starts_at:%Y-%m-%d %H:%M}"
