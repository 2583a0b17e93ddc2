"""Who covers one duty through a span of time: shifts side by side told as one row without holes, in which
nobody is an answer too. It asks the rota for every shift and works nothing out beside it."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from oncall.layers import Group, Person
from oncall.rota import Rota, Shift, final_schedule
from oncall.spans import Span


@dataclass(frozen=True, slots=True)
class Cover:
    """The same people (sorted) on duty for as long as that stays so, half-open in UTC; `absent` should be
    there and cannot be."""

    people: Group
    absent: Group
    starts_at: datetime
    ends_at: datetime


def known_shifts(
    rota: Rota, span: Span, *, at: datetime, unavailable: AbstractSet[Person]
) -> tuple[list[Shift], list[Shift]]:
    """The final schedule over `span`, and the shifts in it that the `unavailable` miss.

    Somebody who cannot be reached at `at` is left out from then on. What is past is told as it was planned, as
    the ledger records it: losing a contact method today takes nobody out of last week.
    """
    start, end = span
    if not unavailable or end <= at:
        return final_schedule(rota, start, end), []
    past = final_schedule(rota, start, at) if start < at else []
    ahead = max(start, at), end
    coming = final_schedule(rota, *ahead, unavailable=unavailable)
    return past + coming, list(_missed(rota, ahead, coming, unavailable))


def covers(shifts: Iterable[Shift], span: Span, *, missed: Iterable[Shift] = ()) -> list[Cover]:
    """The whole of `span` in order, cut where the people change, an empty stretch included."""
    told = sorted(
        [(shift, False) for shift in shifts] + [(shift, True) for shift in missed],
        key=lambda it: it[0].starts_at,
    )
    edges = {edge for shift, _ in told for edge in (shift.starts_at, shift.ends_at)}
    inside = sorted(edge for edge in edges | set(span) if span[0] <= edge <= span[1])
    found: list[Cover] = []
    going: list[tuple[Shift, bool]] = []
    upcoming = 0
    for start, end in pairwise(inside):
        while upcoming < len(told) and told[upcoming][0].starts_at <= start:
            going.append(told[upcoming])
            upcoming += 1
        going = [it for it in going if it[0].ends_at > start]
        cover = Cover(_people(going, missed=False), _people(going, missed=True), start, end)
        if found and _same(found[-1], cover):
            cover = replace(found.pop(), ends_at=end)
        found.append(cover)
    return found


def _people(going: list[tuple[Shift, bool]], *, missed: bool) -> Group:
    return tuple(sorted({one for shift, is_missed in going if is_missed is missed for one in shift.people}))


def _same(one: Cover, two: Cover) -> bool:
    return (one.people, one.absent) == (two.people, two.absent)


def _missed(rota: Rota, span: Span, shown: list[Shift], missing: AbstractSet[Person]) -> Iterator[Shift]:
    """What the missing would do in the shifts that are `shown` without them: each layer asked by itself, since
    only there a higher rank hides nobody."""
    names = {
        layer.name for layer in rota.layers if any(not missing.isdisjoint(group) for group in layer.groups)
    }
    for name in names:
        alone = replace(rota, layers=tuple(layer for layer in rota.layers if layer.name == name))
        places = [shift for shift in shown if shift.layer == name]
        for planned in final_schedule(alone, *span):
            people = tuple(one for one in planned.people if one in missing)
            for place in places if people else ():
                start, end = max(place.starts_at, planned.starts_at), min(place.ends_at, planned.ends_at)
                if start < end and place.duty == planned.duty:
                    yield replace(place, people=people, starts_at=start, ends_at=end)
