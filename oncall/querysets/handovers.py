"""Reads of handovers."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Greatest

# What nobody accepted is shown for so long; then it is history.
SHOWN = timedelta(days=2)


class HandoverQuerySet(models.QuerySet):
    def unsettled(self) -> HandoverQuerySet:
        """Nobody has accepted it, nor another of the same handoff: one of several who come on is enough."""
        same = {name: OuterRef(name) for name in ("roster", "duty", "giver", "handoff_at")}
        accepted = self.model._base_manager.filter(accepted_at__isnull=False, **same)
        return self.filter(~Exists(accepted), accepted_at=None)

    def waiting(self, *, since: datetime) -> HandoverQuerySet:
        """Those whose handoff and offer were before `since`, and of whom the manager was not told; oldest first."""
        late = self.unsettled().filter(lapsed_at=None, handoff_at__lte=since)
        asked = late.annotate(asked_at=Greatest("handoff_at", "offered_at")).filter(asked_at__lte=since)
        return asked.order_by("handoff_at", "pk")

    def open_of(self, person_id: int, *, at: datetime) -> HandoverQuerySet:
        """Those this person gives or takes, soonest first."""
        mine = self.unsettled().filter(Q(giver=person_id) | Q(taker=person_id), handoff_at__gt=at - SHOWN)
        return mine.with_names().order_by("handoff_at", "pk")

    def of_person(self, person_id: int) -> HandoverQuerySet:
        """All this person gave, was to take, or took; the latest first."""
        mine = Q(giver=person_id) | Q(taker=person_id) | Q(accepted_by=person_id)
        return self.filter(mine).with_names().order_by("-handoff_at", "-pk")

    def with_names(self) -> HandoverQuerySet:
        return self.select_related("roster", "giver", "taker", "accepted_by")
