"""Reads of rosters: the rules in force, and who is on duty, in a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, cast

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from oncall import rota
from oncall.cover import Cover, covers, known_schedule
from oncall.layers import Duty
from oncall.querysets.rules import rules_of
from oncall.spans import Span

if TYPE_CHECKING:
    from oncall.models import Roster


@dataclass(frozen=True, slots=True)
class Stint:
    """The same people on a lane for an unbroken time; `absent` should be there and cannot be reached, `away` have time
    off. `state` is "on", "thin" (fewer than the roster's depth) or "gap" (nobody). An edge that is only where the look
    ended is open: nothing is known to change there."""

    people: list[User]
    absent: list[User]
    away: list[User]
    starts_at: datetime
    ends_at: datetime
    state: str
    is_open_before: bool
    is_open_after: bool

    def holds(self, person_id: int | None) -> bool:
        return any(person.pk == person_id for person in self.people)

    def misses(self, person_id: int | None) -> bool:
        return any(person.pk == person_id for person in self.absent)

    def lets_off(self, person_id: int | None) -> bool:
        return any(person.pk == person_id for person in self.away)

    def concerns(self, person_id: int | None) -> bool:
        """Whether it is this person's, or would be if they could be reached and were not away."""
        return self.holds(person_id) or self.misses(person_id) or self.lets_off(person_id)


@dataclass(frozen=True, slots=True)
class Lane:
    """One duty of a paged roster with every instant of the roster's own time told, gaps too; or one layer of a roster
    that is only presence, with its shifts alone. `duty` is empty there, and `layer` here."""

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
    def rules(self, span: Span) -> dict[int, rota.Rota]:
        """Each roster's rules by its id, with what was changed within `span`. Three queries."""
        return rules_of(self, span)

    def on_duty(self, *, at: datetime, now: datetime | None = None) -> dict[int, dict[str, list[User]]]:
        """Who is on each duty of each roster at this instant: roster id -> duty -> people, computed from the
        rules and never cached. Somebody deactivated or without a verified way to reach them is left out; but not of
        an instant before `now`, which is told as it was planned. Four queries."""
        rules = self.rules((at, at + rota.MOMENT))
        named = members(rules.values())
        is_past = now is not None and at < now
        away = rota.NOBODY if is_past else named.unreachable
        return {
            pk: {
                duty: [named.people[one] for one in those]
                for duty, those in rota.on_duty(core, at, unavailable=away).items()
            }
            for pk, core in rules.items()
        }

    def with_names(self) -> RosterQuerySet:
        """With what a roster is told with beside its own fields: owner, fallback, required skills."""
        return self.select_related("owner", "fallback").prefetch_related("required_skills")

    def of_person(self, person_id: int) -> RosterQuerySet:
        """The rosters this person has a place on, or was put on by hand."""
        return self.of_people([person_id])

    def of_people(self, people: Iterable[int]) -> RosterQuerySet:
        """The rosters any of these has a place on, or was put on by hand."""
        people = list(people)
        here = self.model._base_manager.filter(pk=OuterRef("pk"))
        return self.filter(
            Exists(here.filter(layers__participants__person__in=people))
            | Exists(here.filter(overrides__by__in=people))
            | Exists(here.filter(swaps__taker__in=people))
        )

    def rotating(self, person_id: int, *, at: datetime) -> RosterQuerySet:
        """Those in whose rotations this person has a place, now or later."""
        layers = self.model._base_manager.filter(layers__participants__person=person_id)
        lasting = Q(layers__effective_until=None) | Q(layers__effective_until__gt=at)
        return self.filter(pk__in=layers.filter(lasting).values("pk"))

    def lanes(self, *, span: Span, at: datetime, margin: timedelta = timedelta()) -> list[Lane]:
        """Every duty or layer there is within `span`, paged rosters first, with its stints over the span and
        `margin` on both sides, so that a stint shows where it really begins. Five queries."""
        look = span[0] - margin, span[1] + margin
        rules = self.rules(look)
        named = members(rules.values())
        lanes: list[Lane] = []
        rosters: list[Roster] = list(self)
        for roster in sorted(rosters, key=lambda it: (not it.is_paged, it.is_manager_on_duty, it.name)):
            core = rules[roster.pk]
            known = known_schedule(core, look, at=at, unavailable=named.unreachable)
            lanes += lanes_of(roster, core, known, span=span, look=look, people=named.people)
        return lanes


@dataclass(frozen=True, slots=True)
class Members:
    """Everybody whom some rules name, by id, and those of them who cannot be paged."""

    people: dict[int, User]
    unreachable: frozenset[int]


def members(rules: Iterable[rota.Rota]) -> Members:
    """One query."""
    named = {one for core in rules for one in core.people}
    sql, given = _people_by_id()
    people = list(User.objects.raw(sql, [*given, list(named)]))
    return Members(
        people={person.pk: person for person in people},
        unreachable=frozenset(person.pk for person in people if not person.is_reachable),
    )


@cache
def _people_by_id() -> tuple[str, tuple]:
    """Everybody by a list of ids, as `marked_reachable` has it: composing that statement takes longer than running it,
    and whoever is on duty is asked for with every page."""
    sql, given = User.objects.marked_reachable().order_by().query.sql_with_params()
    return f"{sql} WHERE {User._meta.db_table}.id = ANY(%s)", given


def lanes_of(
    roster: Roster,
    core: rota.Rota,
    known: rota.Schedule,
    *,
    span: Span,
    look: Span,
    people: dict[int, User],
) -> Iterator[Lane]:
    """The lanes of one roster under some rules, which need not be saved: those there are within `span`, each with its
    stints over `look`. Nobody is missing while nobody is asked for."""
    own = core.within(look)
    if own[0] >= own[1]:
        return
    asked = core.asked(own)
    for duty, layer in _lanes_within(roster, core, known, span):
        spans = asked.get(cast(Duty, duty), []) if duty else [own]
        told = [cover for part in spans for cover in covers(known.of_lane(duty, layer), part)]
        stints = [_stint(roster, cover, look, people) for cover in told]
        if not roster.is_paged:
            stints = [it for it in stints if it.people or it.absent or it.away]
        yield Lane(roster, duty, layer, stints)


def _lanes_within(roster: Roster, core: rota.Rota, known: rota.Schedule, span: Span) -> list[tuple[str, str]]:
    """(duty, "") for each duty that is asked for within `span`, whether or not a layer has people for it; ("", layer)
    where the roster is presence alone."""
    if roster.is_paged:
        start, end = core.within(span)
        return [(duty, "") for duty in core.asked((start, end))] if start < end else []
    names = [layer.name for layer in core.layers if layer.is_in_force(span)]
    by_hand = [shift.layer for shift in known.shifts if shift.layer not in names]
    return [("", name) for name in dict.fromkeys([*sorted(names), *by_hand])]


def _stint(roster: Roster, cover: Cover, look: Span, people: dict[int, User]) -> Stint:
    state = "on"
    if roster.is_paged and len(cover.people) < roster.depth:
        state = "thin"
    if not cover.people:
        state = "gap"
    return Stint(
        people=[people[pk] for pk in cover.people],
        absent=[people[pk] for pk in cover.absent],
        away=[people[pk] for pk in cover.away],
        starts_at=cover.starts_at,
        ends_at=cover.ends_at,
        state=state,
        is_open_before=cover.starts_at == look[0],
        is_open_after=cover.ends_at == look[1],
    )
