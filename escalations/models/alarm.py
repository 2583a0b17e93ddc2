"""What is wrong with the engine itself, or that nobody answers, from when until when, and whether an administrator
has it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from escalations.models.run import Escalation


class Alarm(models.Model):
    """Administrators were paged because of it, once. Of each kind there is one at a time, but of `exhausted` one for
    each `escalation` whose last word nobody acknowledged. `well_since` is when what is wrong was first seen to be over;
    it ends when that has lasted. What a run asks for ends with the run."""

    class Kind(models.TextChoices):
        OVERDUE = "overdue", _("Pages are late")
        FAILING = "failing", _("Something keeps failing")
        WORKER = "worker", _("Workers are silent")
        SCHEDULER = "scheduler", _("The scheduler is silent")
        WATCHDOG = "watchdog", _("The watchdog is silent")
        EXHAUSTED = "exhausted", _("Nobody has acknowledged")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    escalation = models.OneToOneField(Escalation, models.PROTECT, null=True, blank=True, related_name="alarm")
    raised_at = models.DateTimeField()
    well_since = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-raised_at", "-pk"]
        indexes = [models.Index(fields=["-raised_at"], name="alarm_latest_first")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], name="alarm_one_of_a_kind", condition=Q(ended_at=None, escalation=None)
            ),
            models.CheckConstraint(
                condition=Q(kind="exhausted", escalation__isnull=False)
                | (~Q(kind="exhausted") & Q(escalation=None)),
                name="alarm_exhausted_has_run",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="alarm_acknowledged_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def asks(self) -> bool:
        """Whether somebody is still to take it."""
        return self.ended_at is None and self.acknowledged_at is None
