"""Reads of swaps."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class SwapQuerySet(models.QuerySet):
    def offered(self, *, at: datetime) -> SwapQuerySet:
        """Those that can still be taken."""
        return self.filter(state="offered", ends_at__gt=at)

    def of_person(self, person_id: int | None) -> SwapQuerySet:
        return self.filter(Q(giver=person_id) | Q(taker=person_id))

    def with_names(self) -> SwapQuerySet:
        return self.select_related("roster", "giver", "taker")
