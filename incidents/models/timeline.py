"""The timeline: what happened and when we learned of it. Append-only; a trigger refuses everything else. What a
reader makes of it (kept in view, put aside, another heading) is a table of its own beside it."""

from django.contrib.postgres.functions import RandomUUID
from django.db import models

from accounts import moments_in
from accounts.models import User
from incidents.choices import EntryKind
from incidents.models.incident import Incident
from incidents.querysets import TimelineQuerySet


class TimelineEntry(models.Model):
    """One fact about an incident. `occurred_at` is when it happened, `recorded_at` when it was written.

    `data` holds ids and codes the sentence is built from; `actor_name` names an actor that is no person.
    `text` is what a person wrote (Markdown) in a note, a status update or a decision; `reason` is why, in
    their words.
    """

    # What stands in addresses: a row's number would count entries of incidents one may not know of.
    ref = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="timeline")
    kind = models.CharField(max_length=24, choices=EntryKind.choices)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    actor_name = models.CharField(max_length=120, blank=True)
    data = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    reason = models.TextField(blank=True)

    objects = TimelineQuerySet.as_manager()

    class Meta:
        ordering = ["occurred_at", "pk"]
        indexes = [models.Index(fields=["incident", "occurred_at"], name="timeline_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=moments_in.within("occurred_at"), name="timeline_occurred_within_bound"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.incident_id}"


class Curation(models.Model):
    """How an entry is shown: `pinned` keeps it in view, `hidden` folds it away, `title` is its heading. The
    entry itself stays as it was written."""

    entry = models.OneToOneField(TimelineEntry, models.PROTECT, primary_key=True, related_name="curation")
    pinned = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False)
    title = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"curation of {self.entry_id}"
