"""Who covers one duty through a span of time: shifts side by side told as one row without holes, in which
nobody is an answer too. It asks the rota for every shift and works nothing out beside it."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from oncall.layers import Group, Person
from oncall.rota import Empty, Rota, Schedule, Shift, schedule
from oncall.spans import Span, stacked


@dataclass(frozen=True, slots=True)
class Cover:
    """The same people (sorted) on duty for as long as that stays so, half-open in UTC; `absent` should be
    there and cannot be reached, `away` have time off."""

    people: Group
    absent: Group
    starts_at: datetime
    ends_at: datetime
    away: Group = ()


def known_schedule(rota: Rota, span: Span, *, at: datetime, unavailable: AbstractSet[Person]) -> Schedule:
    """The final schedule over `span` as it is known at `at`.

    Somebody who cannot be reached at `at` is left out from then on. What is past is told as it was planned, as
    the ledger records it: losing a contact method today takes nobody out of last week.
    """
    start, end = span
    if not unavailable or end <= at:
        return schedule(rota, start, end)
    if at <= start:
        return schedule(rota, start, end, unavailable=unavailable)
    past, coming = schedule(rota, start, at), schedule(rota, at, end, unavailable=unavailable)
    return past.followed_by(coming)


def covers(known: Schedule, span: Span) -> list[Cover]:
    """The whole of `span` in order, cut where the people change, an empty stretch included."""
    found: list[Cover] = []
    told: list[Shift | Empty] = [*known.shifts, *known.empty]
    for start, end, on in stacked(told, span):
        people = {one for it in on if isinstance(it, Shift) for one in it.people}
        missed: dict[bool, set[Person]] = {True: set(), False: set()}
        for it in on:
            if isinstance(it, Empty):
                missed[it.reason == "time_off"].add(it.person)
        cover = Cover(_sorted(people), _sorted(missed[False]), start, end, _sorted(missed[True]))
        if found and replace(cover, starts_at=found[-1].starts_at, ends_at=found[-1].ends_at) == found[-1]:
            cover = replace(found.pop(), ends_at=end)
        found.append(cover)
    return found


def _sorted(people: AbstractSet[Person]) -> Group:
    return tuple(sorted(people))
