"""What people change about the slots the layers give out: overrides, swaps, time off.

Pure, like `rota`, which calls this once ranks are settled; what each kind means stands in docs/rosters.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Literal, NamedTuple, get_args

from oncall.layers import DUTIES, OVERRIDE, Duty, Person, as_utc, require
from oncall.rotation import Slot
from oncall.spans import Span, minus, overlap, stacked, union

Kind = Literal["replace", "add", "remove"]
KINDS = frozenset(get_args(Kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOff:
    """A person is away, half-open in UTC."""

    person: Person
    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        _check_span(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Replace or remove a person's slots (`person` None: everybody's), or add somebody beside them. `by` is who is
    on duty then; `duty` None is every duty, or for *add* the primary one."""

    kind: Kind
    person: Person | None = None
    by: Person | None = None
    starts_at: datetime
    ends_at: datetime
    duty: Duty | None = None

    def __post_init__(self) -> None:
        require(self.kind in KINDS, "kind", "Choose replace, add or remove.")
        require(self.duty is None or self.duty in DUTIES, "duty", "Choose primary or secondary.")
        if self.kind == "remove":
            require(self.by is None, "by", "Nobody comes instead of who is removed: leave it empty.")
        else:
            require(self.by is not None, "by", "Say who is on duty then.")
        if self.kind == "add":
            require(self.person is None, "person", "Nobody is replaced by adding: leave it empty.")
        _check_span(self)

    def concerns(self, seat: "Seat") -> bool:
        return self.duty in (None, seat.duty) and (
            self.person is None or self.person in (seat.assigned, seat.holder)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """An accepted swap: what the giver holds is the taker's."""

    giver: Person
    taker: Person
    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        require(self.giver != self.taker, "to", "A swap needs two people.")
        _check_span(self)

    @property
    def by(self) -> Person:
        return self.taker

    def concerns(self, seat: "Seat") -> bool:
        return seat.holder == self.giver


class Seat(NamedTuple):
    """One person's slot for as long as nothing about it changes. `absent` is why its holder is not there, or ""."""

    starts_at: datetime
    ends_at: datetime
    layer: str
    duty: Duty
    assigned: Person | None
    holder: Person | None
    absent: str = ""

    @property
    def source(self) -> str:
        return self.layer if self.holder == self.assigned else OVERRIDE


class Held(NamedTuple):
    """One person's slot of the final schedule: who is `assigned` to it, who had it `before` any swap, and its
    `holder` once all swaps have acted, one after another."""

    starts_at: datetime
    ends_at: datetime
    duty: Duty
    assigned: Person | None
    before: Person | None
    holder: Person | None


def applied(
    slots: Iterable[Slot],
    overrides: Sequence[Override],
    swaps: Sequence[Swap],
    span: Span,
    *,
    asked: Mapping[Duty, list[Span]],
    unavailable: AbstractSet[Person],
) -> list[Slot]:
    """The slots of the final schedule within `span`: those the layers show, changed by everything in order. `asked` is
    when each duty is asked for: whoever replaces everyone is on whatever is asked."""
    seats = [seat for slot in slots for seat in _seats(slot)]
    return list(_together(_after_all(seats, [*overrides, *swaps], span, asked, unavailable), span))


def held(
    slots: Iterable[Slot],
    overrides: Sequence[Override],
    swaps: Sequence[Swap],
    span: Span,
    *,
    asked: Mapping[Duty, list[Span]],
) -> Iterator[Held]:
    """The same slots, one by one, whoever may be away: whom each came to, and by whose hand."""
    seats = [seat for slot in slots for seat in _seats(slot)]
    for seat in _after_all(seats, overrides, span, asked, frozenset()):
        for it in _after_all([seat], swaps, span, asked, frozenset()):
            yield Held(it.starts_at, it.ends_at, it.duty, it.assigned, seat.holder, it.holder)


def _seats(slot: Slot) -> Iterator[Seat]:
    there = ((person, "") for person in slot.people)
    for person, absent in [*there, *slot.missed]:
        yield Seat(slot.starts_at, slot.ends_at, slot.layer, slot.duty, person, person, absent)


def _after_all(
    seats: list[Seat],
    changes: Sequence[Override | Swap],
    span: Span,
    asked: Mapping[Duty, list[Span]],
    unavailable: AbstractSet[Person],
) -> list[Seat]:
    """The seats once every change has acted, in order."""
    for change in changes:
        within = max(change.starts_at, span[0]), min(change.ends_at, span[1])
        if within[0] < within[1]:
            seats = _after(seats, change, within, asked, unavailable)
    return seats


def _after(
    seats: list[Seat],
    change: Override | Swap,
    within: Span,
    asked: Mapping[Duty, list[Span]],
    unavailable: AbstractSet[Person],
) -> list[Seat]:
    """The seats once the change has acted on those it concerns."""
    absent = "unreachable" if change.by in unavailable else ""
    if isinstance(change, Override) and change.kind == "add":
        return [*seats, Seat(*within, OVERRIDE, change.duty or "primary", None, change.by, absent)]
    found: list[Seat] = []
    for seat in seats:
        start, end = max(seat.starts_at, within[0]), min(seat.ends_at, within[1])
        if start < end and change.concerns(seat):
            if seat.starts_at < start:
                found.append(seat._replace(ends_at=start))
            found.append(seat._replace(starts_at=start, ends_at=end, holder=change.by, absent=absent))
            if end < seat.ends_at:
                found.append(seat._replace(starts_at=end))
        else:
            found.append(seat)
    if isinstance(change, Override) and change.kind == "replace" and change.person is None:
        wanted = {change.duty: [within]} if change.duty else asked
        for duty, spans in wanted.items():
            there = union((seat.starts_at, seat.ends_at) for seat in seats if seat.duty == duty)
            holes = [hole for part in overlap(spans, within) for hole in minus(part, there)]
            found += [Seat(*hole, OVERRIDE, duty, None, change.by, absent) for hole in holes]
    return found


def _together(seats: list[Seat], span: Span) -> Iterator[Slot]:
    """Seats of one layer and duty side by side again, as slots."""
    taken = sorted((seat for seat in seats if seat.holder is not None), key=attrgetter("duty", "source"))
    for (duty, layer), those in groupby(taken, key=attrgetter("duty", "source")):
        for start, end, on in stacked(those, span):
            people = {seat.holder for seat in on if not seat.absent}
            missed = {(seat.holder, seat.absent) for seat in on if seat.absent and seat.holder not in people}
            if people or missed:
                yield Slot(start, end, tuple(sorted(people)), layer, duty, tuple(sorted(missed)))


def _check_span(it: TimeOff | Override | Swap) -> None:
    for field in ("starts_at", "ends_at"):
        object.__setattr__(it, field, as_utc(getattr(it, field), field))
    require(it.starts_at < it.ends_at, "ends_at", "The end must be after the start.")
