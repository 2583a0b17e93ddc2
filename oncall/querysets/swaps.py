"""Reads of swaps."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from accounts.subject import Subject


class SwapQuerySet(models.QuerySet):
    def offered(self, *, at: datetime) -> SwapQuerySet:
        """Those that can still be taken."""
        return self.filter(state="offered", ends_at__gt=at)

    def of_person(self, person_id: int | None) -> SwapQuerySet:
        return self.filter(Q(giver=person_id) | Q(taker=person_id))

    def with_names(self) -> SwapQuerySet:
        return self.select_related("roster", "giver", "taker", "offered_by")

    def visible_to(self, subject: Subject) -> SwapQuerySet:
        """One's own, and what is open to anybody; all of them for whoever manages rosters."""
        if subject.may("rosters.manage"):
            return self.all()
        me = subject.person_id
        mine = Q(giver=me) | Q(taker=me) | Q(offered_by=me)
        return self.filter(mine | Q(state="offered", taker=None))
