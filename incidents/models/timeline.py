"""The timeline: what happened and when we learned of it. Append-only; a trigger refuses everything else."""

from django.db import models

from accounts.models import User
from incidents.choices import EntryKind
from incidents.models.incident import Incident
from incidents.querysets import TimelineQuerySet


class TimelineEntry(models.Model):
    """One fact about an incident. `occurred_at` is when it happened, `recorded_at` when it was written.

    `data` holds ids and codes the sentence is built from; `actor_name` names an actor that is no person.
    """

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="timeline")
    kind = models.CharField(max_length=24, choices=EntryKind.choices)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    actor_name = models.CharField(max_length=120, blank=True)
    data = models.JSONField(default=dict)

    objects = TimelineQuerySet.as_manager()

    class Meta:
        ordering = ["occurred_at", "pk"]
        indexes = [models.Index(fields=["incident", "occurred_at"], name="timeline_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} on {self.incident_id}"
