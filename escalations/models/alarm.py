"""What is wrong with the engine itself, from when until when, and whether an administrator has it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Alarm(models.Model):
    """Administrators were paged because of it, once; of each kind there is one at a time. `well_since` is when what is
    wrong was first seen to be over; it ends when that has lasted."""

    class Kind(models.TextChoices):
        OVERDUE = "overdue", _("Pages are late")
        FAILING = "failing", _("Something keeps failing")
        WORKER = "worker", _("Workers are silent")
        SCHEDULER = "scheduler", _("The scheduler is silent")
        WATCHDOG = "watchdog", _("The watchdog is silent")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    raised_at = models.DateTimeField()
    well_since = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-raised_at", "-pk"]
        indexes = [models.Index(fields=["-raised_at"], name="alarm_latest_first")]
        constraints = [
            models.UniqueConstraint(fields=["kind"], name="alarm_one_of_a_kind", condition=Q(ended_at=None)),
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
