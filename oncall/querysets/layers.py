"""Reads of layers, version by version."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from oncall.models import Layer, Roster  # noqa: F401 - mypy reads it in the base's brackets


class LayerQuerySet(models.QuerySet["Layer"]):
    def ahead(self, *, at: datetime) -> LayerQuerySet:
        """The versions that speak for any time after `at`: those in force, and those still to come."""
        return self.filter(Q(effective_until=None) | Q(effective_until__gt=at))

    def with_people(self) -> LayerQuerySet:
        return self.prefetch_related("participants__person")

    def planned_after(self, roster: Roster, name: str, since: datetime) -> datetime | None:
        """When a version of the layer begins that an edit from `since` on would drop."""
        coming = self.filter(roster=roster, name=name, effective_from__gt=since)
        return coming.order_by("effective_from").values_list("effective_from", flat=True).first()
