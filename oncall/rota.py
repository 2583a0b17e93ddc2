"""Who is on duty: layers put over one another, rank by rank, into the final schedule.

Pure: no database, no clock. Page, API, feed and "page me" all ask here, so they cannot disagree.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from operator import attrgetter
from zoneinfo import ZoneInfo

from oncall.layers import Duty, Group, Layer, Person, RotaError, Turn, Unit, Window, as_utc, require
from oncall.rotation import Slot, slots
from oncall.spans import Span, minus, union

__all__ = [
    "Duty",
    "Group",
    "Layer",
    "Person",
    "Rota",
    "RotaError",
    "Shift",
    "Turn",
    "Unit",
    "Window",
    "final_schedule",
    "next_change",
    "on_duty",
]

NOBODY: frozenset[Person] = frozenset()
LONGEST_SCHEDULE = timedelta(days=3660)
MOMENT = timedelta.resolution  # the shortest span there is


@dataclass(frozen=True, slots=True)
class Rota:
    """A roster's rules: IANA zone, how many people each duty needs at once, layers in any order.

    RotaError for an unknown zone, a negative depth, or two layers of one name in force at the same time.
    """

    zone: str
    depth: int
    layers: tuple[Layer, ...]
    # Held here because zoneinfo itself keeps only eight zones alive, and loading one costs a file read.
    tz: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tz", _zone(self.zone))
        require(isinstance(self.depth, int) and self.depth >= 0, "depth", "Give how many people, 0 or more.")
        for one, two in pairwise(sorted(self.layers, key=_by_version)):
            apart = one.name != two.name or _precedes(one, two)
            require(apart, "layers", "Two layers have the same name at the same time.")


@dataclass(frozen=True, slots=True)
class Shift:
    """People (sorted) on a duty from one layer, half-open in UTC; empty: whoever should be there cannot."""

    people: Group
    starts_at: datetime
    ends_at: datetime
    layer: str
    duty: Duty


def final_schedule(
    rota: Rota, starts_at: datetime, ends_at: datetime, *, unavailable: AbstractSet[Person] = NOBODY
) -> list[Shift]:
    """The shifts within [starts_at, ends_at), cut to it, by (starts_at, layer).

    One shift per maximal span of the same people from the same layer. The `unavailable` (removed,
    deactivated, unreachable) are left out of their shifts; one left empty stays, and hides no lower layer.
    RotaError for an instant without an offset, or an end that is not after the start or
    more than ten years later: hourly turns over a century would hold a worker for minutes.
    """
    span = as_utc(starts_at, "starts_at"), as_utc(ends_at, "ends_at")
    require(span[0] < span[1], "ends_at", "The end must be after the start.")
    require(span[1] - span[0] <= LONGEST_SCHEDULE, "ends_at", "Ask for ten years at most.")
    shifts = _joined(_shown(rota, span, unavailable))
    return sorted(shifts, key=attrgetter("starts_at", "layer", "duty"))


def on_duty(rota: Rota, at: datetime, *, unavailable: AbstractSet[Person] = NOBODY) -> dict[Duty, Group]:
    """The people on each duty the rota has, sorted, at this instant; () where there is nobody.

    The same computation as the schedule's over the shortest span there is, so the two cannot differ.
    """
    at = as_utc(at, "at")
    found: dict[Duty, set[Person]] = {layer.duty: set() for layer in rota.layers}
    for layer, slot in _shown(rota, (at, at + MOMENT), unavailable):
        found[layer.duty].update(slot.people)
    return {duty: tuple(sorted(people)) for duty, people in found.items()}


def next_change(rota: Rota, at: datetime, *, unavailable: AbstractSet[Person] = NOBODY) -> datetime | None:
    """The first instant after `at` at which a shift begins or ends; None if none does for a year."""
    at = as_utc(at, "at")
    for days in (2, 16, 366):  # most rotas hand over within a day or a fortnight
        until = at + timedelta(days=days)
        shifts = final_schedule(rota, at, until, unavailable=unavailable)
        edges = {edge for shift in shifts for edge in (shift.starts_at, shift.ends_at) if at < edge < until}
        if edges:
            return min(edges)
    return None


def _shown(rota: Rota, span: Span, unavailable: AbstractSet[Person]) -> Iterator[tuple[Layer, Slot]]:
    """Every layer's slots where no higher rank of its duty has anyone; equal ranks stand side by side."""
    by_rank = sorted(rota.layers, key=attrgetter("duty", "rank"), reverse=True)
    for _, duty in groupby(by_rank, attrgetter("duty")):
        taken: list[Span] = []
        for _, equals in groupby(duty, attrgetter("rank")):
            shown = [
                (layer, Slot(start, end, slot.people))
                for layer in equals
                for slot in _present(slots(layer, rota.tz, span), unavailable)
                for start, end in minus((slot.starts_at, slot.ends_at), taken)
            ]
            yield from shown
            taken = union(taken + [(slot.starts_at, slot.ends_at) for _, slot in shown if slot.people])
            if taken == [span]:  # nothing is left for lower ranks
                break


def _present(given: Iterable[Slot], unavailable: AbstractSet[Person]) -> Iterable[Slot]:
    """The slots without the unavailable, before ranks are applied: an absence hides no lower layer."""
    if not unavailable:
        return given
    return (slot._replace(people=tuple(it for it in slot.people if it not in unavailable)) for slot in given)


def _joined(shown: Iterable[tuple[Layer, Slot]]) -> list[Shift]:
    """One shift for slots that touch and share layer name, duty and people, so across versions too."""
    shifts: list[Shift] = []
    for layer, slot in sorted(shown, key=lambda it: (it[0].name, it[0].duty, it[1].starts_at)):
        shift = Shift(slot.people, slot.starts_at, slot.ends_at, layer.name, layer.duty)
        if shifts and _continues(shifts[-1], shift):
            shift = replace(shifts.pop(), ends_at=shift.ends_at)
        shifts.append(shift)
    return shifts


def _continues(one: Shift, two: Shift) -> bool:
    same = (one.layer, one.duty, one.people) == (two.layer, two.duty, two.people)
    return same and one.ends_at == two.starts_at


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    # Beside "not found", a directory, a traversal and a non-string each raise their own error.
    except (KeyError, OSError, ValueError, TypeError):
        raise RotaError("zone", "This is not a time zone of the IANA database.") from None


def _by_version(layer: Layer) -> tuple[str, bool, datetime | None]:
    return layer.name, layer.effective_from is not None, layer.effective_from


def _precedes(one: Layer, two: Layer) -> bool:
    return bool(one.effective_until and two.effective_from and one.effective_until <= two.effective_from)
