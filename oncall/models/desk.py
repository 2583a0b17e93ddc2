"""Around the shifts: feeds people subscribe to, handovers from one on duty to the next, days at the office."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Site, User
from oncall.models.layer import DutyName
from oncall.models.roster import Roster
from oncall.querysets import FeedQuerySet


class Feed(models.Model):
    """A secret address of a calendar: its owner's own shifts, or those of a roster. Only a hash of it is kept."""

    person = models.ForeignKey(User, models.CASCADE, related_name="feeds")
    roster = models.ForeignKey(Roster, models.CASCADE, null=True, blank=True, related_name="+")
    label = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        ordering = ["made_at"]

    def __str__(self) -> str:
        return self.label


class Handover(models.Model):
    """What whoever goes off duty tells whoever comes on. Until it is accepted the giver keeps what is open; the
    schedule alone says who is paged."""

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="handovers")
    duty = models.CharField(max_length=12, choices=DutyName.choices)
    giver = models.ForeignKey(User, models.PROTECT, related_name="handovers_given")
    taker = models.ForeignKey(User, models.PROTECT, related_name="handovers_taken")
    handoff_at = models.DateTimeField(help_text=_("When the taker comes on duty."))
    text = models.TextField()
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    # When the manager on duty was told that nobody had accepted it.
    lapsed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-handoff_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "duty", "giver", "taker", "handoff_at"], name="handover_once"
            ),
            models.CheckConstraint(condition=~Q(taker=F("giver")), name="handover_giver_is_not_taker"),
        ]

    def __str__(self) -> str:
        return f"{self.giver} to {self.taker}, {self.handoff_at:%Y-%m-%d %H:%M}"


class OfficeDay(models.Model):
    """A person works at a site on a date of theirs."""

    person = models.ForeignKey(User, models.CASCADE, related_name="office_days")
    on = models.DateField()
    site = models.CharField(max_length=16, choices=Site.choices)

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["person", "on"], name="office_day_once")]

    def __str__(self) -> str:
        return f"{self.person} at {self.site}, {self.on}"
