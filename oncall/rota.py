"""Who is on duty: layers put over one another, rank by rank, and what people changed, into the final schedule.

Pure: no database, no clock. Page, API, feed and "page me" all ask here, so they cannot disagree.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from oncall import changes
from oncall.changes import Held, Override, Swap, TimeOff
from oncall.layers import Duty, Group, Layer, Person, RotaError, Turn, Unit, Window, as_utc, require
from oncall.rotation import Slot, slots
from oncall.spans import Span, minus, union

__all__ = [
    "Duty",
    "Empty",
    "Group",
    "Held",
    "Layer",
    "Override",
    "Person",
    "Rota",
    "RotaError",
    "Schedule",
    "Shift",
    "Swap",
    "TimeOff",
    "Turn",
    "Unit",
    "Window",
    "final_schedule",
    "held",
    "next_change",
    "on_duty",
    "schedule",
]

NOBODY: frozenset[Person] = frozenset()
LONGEST_SCHEDULE = timedelta(days=3660)
MOMENT = timedelta.resolution  # the shortest span there is
# What two must share to be one, when they touch.
OF_SHIFT = attrgetter("layer", "duty", "people")
OF_EMPTY = attrgetter("layer", "duty", "person", "reason")


class Asked(NamedTuple):
    """A duty that a roster asks for though no layer has people for it; without an end where that is None."""

    duty: Duty
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rota:
    """A roster's rules: IANA zone, how many people each duty needs at once, layers in any order, and what was
    changed by hand: overrides in the order they were made, accepted swaps, time off. A temporary roster
    `begins_at` and `ends_at` an instant.

    RotaError for an unknown zone, a negative depth, or two layers of one name in force at the same time.
    """

    zone: str
    depth: int
    layers: tuple[Layer, ...]
    overrides: tuple[Override, ...] = ()
    swaps: tuple[Swap, ...] = ()
    time_off: tuple[TimeOff, ...] = ()
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    more_asked: tuple[Asked, ...] = ()
    # Held here because zoneinfo itself keeps only eight zones alive, and loading one costs a file read.
    tz: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tz", _zone(self.zone))
        require(isinstance(self.depth, int) and self.depth >= 0, "depth", "Give how many people, 0 or more.")
        for one, two in pairwise(sorted(self.layers, key=_by_version)):
            apart = one.name != two.name or _precedes(one, two)
            require(apart, "layers", "Two layers have the same name at the same time.")

    def asked(self, span: Span) -> dict[Duty, list[Span]]:
        """When within `span` it asks for which duty: while a version of a layer for it is in force, on or silent, and
        where it says so besides. At any other time it asks for the primary one."""
        found: dict[Duty, list[Span]] = {}
        for duty, start, end in self._asking():
            begin, until = max(start or span[0], span[0]), min(end or span[1], span[1])
            if begin < until and found.get(duty) != [span]:
                found[duty] = [span] if (begin, until) == span else [*found.get(duty, ()), (begin, until)]
        if found and all(spans == [span] for spans in found.values()):  # as a rule, nothing begins or ends
            return dict(sorted(found.items()))
        asked = {duty: union(spans) for duty, spans in sorted(found.items())}
        silent = list(minus(span, union(one for spans in asked.values() for one in spans)))
        return asked | {"primary": union([*asked.get("primary", []), *silent])} if silent else asked

    def _asking(self) -> Iterator[Asked]:
        yield from self.more_asked
        for layer in self.layers:
            yield Asked(layer.duty, layer.effective_from, layer.effective_until)

    @property
    def people(self) -> set[Person]:
        """Everybody who may stand in a shift."""
        placed = {one for layer in self.layers for group in layer.groups for one in group}
        by_hand = {override.by for override in self.overrides if override.by is not None}
        return placed | by_hand | {swap.taker for swap in self.swaps}

    def within(self, span: Span) -> Span:
        """`span` cut to the roster's own time: empty if start >= end."""
        return max(span[0], self.begins_at or span[0]), min(span[1], self.ends_at or span[1])


@dataclass(frozen=True, slots=True)
class Shift:
    """People (sorted) on a duty from one layer, half-open in UTC; empty: whoever should be there cannot."""

    people: Group
    starts_at: datetime
    ends_at: datetime
    layer: str
    duty: Duty


@dataclass(frozen=True, slots=True)
class Empty:
    """Somebody who should be on duty and is not, and why: `time_off` or `unreachable`."""

    person: Person
    starts_at: datetime
    ends_at: datetime
    layer: str
    duty: Duty
    reason: str


It = TypeVar("It", Shift, Empty)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The final schedule of a span: who is on, by (starts_at, layer), and who should be and is not."""

    shifts: list[Shift]
    empty: list[Empty]

    def of_lane(self, duty: str, layer: str) -> "Schedule":
        """What belongs to one duty, to one layer; empty names mean any."""
        shifts = [it for it in self.shifts if duty in ("", it.duty) and layer in ("", it.layer)]
        empty = [it for it in self.empty if duty in ("", it.duty) and layer in ("", it.layer)]
        return Schedule(shifts, empty)

    def followed_by(self, later: "Schedule") -> "Schedule":
        """Both as one: a shift that goes on from this one into the `later` is one shift."""
        return Schedule(
            shifts=_joined([*self.shifts, *later.shifts], OF_SHIFT),
            empty=_joined([*self.empty, *later.empty], OF_EMPTY),
        )


def schedule(
    rota: Rota, starts_at: datetime, ends_at: datetime, *, unavailable: AbstractSet[Person] = NOBODY
) -> Schedule:
    """The final schedule within [starts_at, ends_at), cut to it.

    One shift per maximal span of the same people from the same layer; those an override or a swap put on duty are
    the layer "override". The `unavailable` (removed, deactivated, unreachable) and whoever is away are left out of
    their shifts; one left empty stays, and hides no lower layer.
    RotaError for an instant without an offset, or an end that is not after the start or
    more than ten years later: hourly turns over a century would hold a worker for minutes.
    """
    span = as_utc(starts_at, "starts_at"), as_utc(ends_at, "ends_at")
    require(span[0] < span[1], "ends_at", "The end must be after the start.")
    require(span[1] - span[0] <= LONGEST_SCHEDULE, "ends_at", "Ask for ten years at most.")
    given = list(_given(rota, span, unavailable))
    shifts = (Shift(slot.people, slot.starts_at, slot.ends_at, slot.layer, slot.duty) for slot in given)
    empty = (
        Empty(person, slot.starts_at, slot.ends_at, slot.layer, slot.duty, reason)
        for slot in given
        for person, reason in slot.missed
    )
    return Schedule(
        shifts=_joined(shifts, OF_SHIFT),
        empty=_joined(empty, OF_EMPTY),
    )


def final_schedule(
    rota: Rota, starts_at: datetime, ends_at: datetime, *, unavailable: AbstractSet[Person] = NOBODY
) -> list[Shift]:
    """The shifts of `schedule`."""
    return schedule(rota, starts_at, ends_at, unavailable=unavailable).shifts


def on_duty(rota: Rota, at: datetime, *, unavailable: AbstractSet[Person] = NOBODY) -> dict[Duty, Group]:
    """The people on each duty the rota asks for at this instant, sorted; () where there is nobody.

    The same computation as the schedule's over the shortest span there is, so the two cannot differ.
    """
    at = as_utc(at, "at")
    moment = at, at + MOMENT
    found: dict[Duty, set[Person]] = {duty: set() for duty in rota.asked(moment)}
    for slot in _given(rota, moment, unavailable):
        found.setdefault(slot.duty, set()).update(slot.people)
    return {duty: tuple(sorted(people)) for duty, people in found.items()}


def held(rota: Rota, starts_at: datetime, ends_at: datetime) -> list[Held]:
    """Every slot within [starts_at, ends_at), those of people who are away too: who holds it, and who had it before
    swaps. What the schedule tells is made of these."""
    span = rota.within((as_utc(starts_at, "starts_at"), as_utc(ends_at, "ends_at")))
    if span[0] >= span[1]:
        return []
    shown = _shown(rota, span, NOBODY)
    return list(changes.held(shown, rota.overrides, rota.swaps, span, asked=rota.asked(span)))


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


def _given(rota: Rota, span: Span, unavailable: AbstractSet[Person]) -> Iterable[Slot]:
    """The slots of the final schedule: what the layers show, and then what people changed."""
    span = rota.within(span)
    if span[0] >= span[1]:
        return []
    shown = _shown(rota, span, unavailable)
    if not rota.overrides and not rota.swaps:
        return shown
    return changes.applied(
        shown, rota.overrides, rota.swaps, span, asked=rota.asked(span), unavailable=unavailable
    )


def _shown(rota: Rota, span: Span, unavailable: AbstractSet[Person]) -> Iterator[Slot]:
    """Every layer's slots where no higher rank of its duty has anyone; equal ranks stand side by side."""
    away = _away(rota.time_off, span)
    by_rank = sorted(rota.layers, key=attrgetter("duty", "rank"), reverse=True)
    for _, duty in groupby(by_rank, attrgetter("duty")):
        taken: list[Span] = []
        for _, equals in groupby(duty, attrgetter("rank")):
            present = (
                slot for layer in equals for slot in _present(slots(layer, rota.tz, span), unavailable, away)
            )
            shown = [part for slot in present for part in _uncovered(slot, taken)] if taken else list(present)
            yield from shown
            taken = union(taken + [(slot.starts_at, slot.ends_at) for slot in shown if slot.people])
            if taken == [span]:  # nothing is left for lower ranks
                break


def _uncovered(slot: Slot, taken: list[Span]) -> Iterator[Slot]:
    """What a slot is outside of `taken` (a union)."""
    for start, end in minus((slot.starts_at, slot.ends_at), taken):
        yield slot._replace(starts_at=start, ends_at=end)


def _away(time_off: Iterable[TimeOff], span: Span) -> dict[Person, list[Span]]:
    """When each person is away within reach of `span`."""
    found: dict[Person, list[Span]] = {}
    for absence in time_off:
        if absence.starts_at < span[1] and absence.ends_at > span[0]:
            found.setdefault(absence.person, []).append((absence.starts_at, absence.ends_at))
    return found


def _present(
    given: Iterable[Slot], unavailable: AbstractSet[Person], away: Mapping[Person, list[Span]]
) -> Iterable[Slot]:
    """The slots without those who are not there, before ranks are applied: an absence hides no lower layer."""
    if not unavailable and not away:
        return given
    return (part for slot in given for part in _parted(slot, unavailable, away))


def _parted(
    slot: Slot, unavailable: AbstractSet[Person], away: Mapping[Person, list[Span]]
) -> Iterator[Slot]:
    """A slot, cut where somebody goes away or comes back, with those who are not there set apart."""
    edges = {edge for person in slot.people for absence in away.get(person, ()) for edge in absence}
    inside = sorted(edge for edge in edges if slot.starts_at < edge < slot.ends_at)
    for start, end in pairwise([slot.starts_at, *inside, slot.ends_at]):
        missed = {
            person: "unreachable" if person in unavailable else "time_off"
            for person in slot.people
            if person in unavailable or any(begin <= start < back for begin, back in away.get(person, ()))
        }
        people = tuple(person for person in slot.people if person not in missed)
        yield Slot(start, end, people, slot.layer, slot.duty, tuple(missed.items()))


def _joined(told: Iterable[It], key: Callable[[It], tuple]) -> list[It]:
    """One for those that touch and differ in nothing but time, so across versions of a layer too."""
    found: list[It] = []
    last: tuple = ()
    for it in sorted(told, key=lambda it: (*key(it), it.starts_at)):
        alike, last = last == key(it), key(it)
        if alike and found[-1].ends_at == it.starts_at:
            it = replace(found.pop(), ends_at=it.ends_at)
        found.append(it)
    return sorted(found, key=attrgetter("starts_at", "layer", "duty"))


# Files beside the zones, and what means something else on another machine or counts leap seconds.
NO_ZONES = frozenset({"localtime", "posixrules", "Factory", "posix", "right"})


def _zone(name: str) -> ZoneInfo:
    try:
        require(
            name.partition("/")[0] not in NO_ZONES, "zone", "This is not a time zone of the IANA database."
        )
        return ZoneInfo(name)
    # Beside "not found", a directory, a traversal and a non-string each raise their own error.
    except (AttributeError, KeyError, OSError, ValueError, TypeError):
        raise RotaError("zone", "This is not a time zone of the IANA database.") from None


def _by_version(layer: Layer) -> tuple[str, bool, datetime | None]:
    return layer.name, layer.effective_from is not None, layer.effective_from


def _precedes(one: Layer, two: Layer) -> bool:
    return bool(one.effective_until and two.effective_from and one.effective_until <= two.effective_from)
