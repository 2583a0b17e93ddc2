"""Reads of rosters: the rules in force, and who is on duty, in a number of queries that does not grow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models

from accounts.models import User
from oncall import rota
from oncall.cover import Cover, covers, known_schedule
from oncall.spans import Span

if TYPE_CHECKING:
    from oncall.models import Roster


@dataclass(frozen=True, slots=True)
class Stint:
    """The same people on a lane for an unbroken time. `state` is "on", "thin" (fewer than the roster's depth) or
    "gap" (nobody). An edge that is only where the look ended is open: nothing is known to change there."""

    people: list[User]
    absent: list[User]
    starts_at: datetime
    ends_at: datetime
    state: str
    is_open_before: bool
    is_open_after: bool

    def holds(self, person_id: int | None) -> bool:
        return any(person.pk == person_id for person in self.people)

    def misses(self, person_id: int | None) -> bool:
        return any(person.pk == person_id for person in self.absent)


@dataclass(frozen=True, slots=True)
class Lane:
    """One duty of a paged roster with every instant told, gaps too; or one layer of a roster that is only
    presence, with its shifts alone. `duty` is empty there, and `layer` here."""

    roster: Roster
    duty: str
    layer: str
    stints: list[Stint]

    def at(self, moment: datetime) -> Stint | None:
        return next((it for it in self.stints if it.starts_at <= moment < it.ends_at), None)

    def after(self, moment: datetime) -> Stint | None:
        """The stint that begins next."""
        return next((it for it in self.stints if it.starts_at > moment), None)

    def first_of(self, person_id: int | None) -> Stint | None:
        """The first stint this person has, or should have if only they could be reached."""
        return next((it for it in self.stints if it.holds(person_id) or it.misses(person_id)), None)


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

    def of_person(self, person_id: int) -> RosterQuerySet:
        """The rosters this person has a place on."""
        return self.filter(layers__participants__person=person_id).distinct()

    def lanes(self, *, span: Span, at: datetime, margin: timedelta = timedelta()) -> list[Lane]:
        """Every duty or layer there is within `span`, paged rosters first, with its stints over the span and
        `margin` on both sides, so that a stint shows where it really begins. Four queries."""
        rosters = list(self.with_rules())
        people, missing = self._members(rosters)
        look = span[0] - margin, span[1] + margin
        lanes = []
        for roster in sorted(rosters, key=lambda it: (not it.is_paged, it.is_manager_on_duty, it.name)):
            known = known_schedule(roster.rules(), look, at=at, unavailable=missing)
            for duty, layer in roster.lanes_within(span):
                told = covers(known.of_lane(duty, layer), look)
                stints = [_stint(roster, cover, look, people) for cover in told]
                if not roster.is_paged:
                    stints = [it for it in stints if it.people or it.absent]
                lanes.append(Lane(roster, duty, layer, stints))
        return lanes

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


def _stint(roster: Roster, cover: Cover, look: Span, people: dict[int, User]) -> Stint:
    state = "on"
    if roster.is_paged and len(cover.people) < roster.depth:
        state = "thin"
    if not cover.people:
        state = "gap"
    return Stint(
        people=[people[pk] for pk in cover.people],
        absent=[people[pk] for pk in cover.absent],
        starts_at=cover.starts_at,
        ends_at=cover.ends_at,
        state=state,
        is_open_before=cover.starts_at == look[0],
        is_open_after=cover.ends_at == look[1],
    )
