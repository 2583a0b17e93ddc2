"""Reads of rosters: the rules in force, and who is on duty, in a number of queries that does not grow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models

from accounts.models import User
from oncall import rota

if TYPE_CHECKING:
    from oncall.models import Roster


# How far the on-duty page looks ahead.
OUTLOOK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NamedShift:
    """A shift with people instead of ids."""

    people: list[User]
    shift: rota.Shift


@dataclass(frozen=True, slots=True)
class Outlook:
    """A roster's shifts: those that cover the moment asked about, and those that follow it."""

    roster: Roster
    now: list[NamedShift]
    following: list[NamedShift]


class RosterQuerySet(models.QuerySet["Roster"]):
    def with_rules(self) -> RosterQuerySet:
        """Everything `Roster.rules()` reads: three queries for one roster or a thousand."""
        return self.prefetch_related("layers__participants")

    def on_duty(self, *, at: datetime) -> dict[int, dict[str, list[User]]]:
        """Who is on each duty of each roster at this instant: roster id -> duty -> people, computed from the
        rules and never cached. Somebody deactivated or without a verified way to reach them is left out."""
        rosters = list(self.with_rules())
        people, missing = self._members(rosters)
        return {
            roster.pk: {
                duty: [people[pk] for pk in ids]
                for duty, ids in rota.on_duty(roster.rules(), at, unavailable=missing).items()
            }
            for roster in rosters
        }

    def outlooks(self, *, at: datetime) -> list[Outlook]:
        """Each roster's shifts at `at` and in the week after it, soonest first."""
        rosters = list(self.with_rules())
        people, missing = self._members(rosters)
        outlooks = []
        for roster in rosters:
            shifts = [
                NamedShift([people[pk] for pk in shift.people], shift)
                for shift in rota.final_schedule(roster.rules(), at, at + OUTLOOK, unavailable=missing)
            ]
            now = [named for named in shifts if named.shift.starts_at <= at]
            outlooks.append(Outlook(roster, now, [named for named in shifts if named.shift.starts_at > at]))
        return outlooks

    @staticmethod
    def _members(rosters: list[Roster]) -> tuple[dict[int, User], frozenset[int]]:
        """Everyone with a place on the rosters, by id, and those of them who cannot be paged. One query."""
        places = {
            place.person_id
            for roster in rosters
            for layer in roster.layers.all()
            for place in layer.participants.all()
        }
        members = list(User.objects.marked_reachable().filter(pk__in=places))
        missing = frozenset(person.pk for person in members if not person.is_reachable)
        return {person.pk: person for person in members}, missing
