"""What a layer of a roster is: one rotation's groups, turn, handoff, working days and window.

Shapes and refusals only; when a layer is on and whose turn it is stands in `rotation`.
"""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from typing import Any, Literal, get_args

Person = Any  # an id that hashes and sorts: whatever the caller names people by, one kind per rota
Group = tuple[Person, ...]
Unit = Literal["hour", "day", "working_day", "week", "month"]
Duty = Literal["primary", "secondary"]
UNITS = frozenset(get_args(Unit))
DUTIES = frozenset(get_args(Duty))
WEEK = frozenset(range(7))
OVERRIDE = "override"  # the layer of whoever was put on duty by hand

# Bounds that keep date arithmetic inside the calendar and a typing error from costing minutes.
YEARS = range(1970, 2201)
LONGEST_TURN = 10_000
MOST_PEOPLE = 1_000


class RotaError(ValueError):
    """This cannot be a rota: `field` names what to mend, `message` says how in a sentence for people."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


def require(holds: object, field: str, message: str) -> None:
    """Raise RotaError for `field` unless `holds`."""
    if not holds:
        raise RotaError(field, message)


def as_utc(moment: datetime, field: str) -> datetime:
    """`moment` in UTC; RotaError if it has no offset or lies outside the years a rota can cover."""
    aware = isinstance(moment, datetime) and moment.utcoffset() is not None
    require(aware, field, "Give a date and time with its UTC offset.")
    inside = moment.year in YEARS and (moment := moment.astimezone(UTC)).year in YEARS
    require(inside, field, "Give a year from 1970 to 2200.")
    return moment


@dataclass(frozen=True, slots=True)
class Turn:
    """How long one group keeps the duty: `n` units."""

    n: int
    unit: Unit

    def __post_init__(self) -> None:
        require(self.unit in UNITS, "turn.unit", "Choose hour, day, working_day, week or month.")
        possible = isinstance(self.n, int) and 1 <= self.n <= LONGEST_TURN
        require(possible, "turn.n", "A turn lasts 1 to 10,000 units.")


@dataclass(frozen=True, slots=True)
class Window:
    """The daily hours of a layer, wall clock. An `end` not after `start` is the next day's; equal is 24 h."""

    start: time
    end: time

    def __post_init__(self) -> None:
        require_wall_time(self.start, "window.start")
        require_wall_time(self.end, "window.end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One version of one rotation; RotaError, naming the field, if it cannot be.

    `anchor_on` is the local date of turn 0, `working_days` the weekdays it is on (0 = Monday; None: all),
    `ends_on` the local date whose handoff ends it. `effective_from` and `effective_until` bound the instants
    this version speaks for: an edit closes one version and opens the next under the same `name`.
    A group is together on duty, so its people are kept sorted: their order means nothing.
    """

    name: str
    rank: int
    duty: Duty = "primary"
    anchor_on: date
    handoff_time: time
    turn: Turn
    working_days: frozenset[int] | None = None
    window: Window | None = None
    ends_on: date | None = None
    groups: tuple[Group, ...]
    effective_from: datetime | None = None
    effective_until: datetime | None = None

    @classmethod
    def stored(cls, **values: Any) -> "Layer":
        """From a row: every field, each as it was once checked and the database holds it. A thousand rosters
        are three thousand layers, and checking them again would take longer than asking them who is on duty."""
        layer = object.__new__(cls)
        for name, value in values.items():
            _PUT[name](layer, value)
        return layer

    def __post_init__(self) -> None:
        require(self.name, "name", "Give the layer a name.")
        require(self.name != OVERRIDE, "name", "Overrides are called that. Choose another name.")
        require(self.duty in DUTIES, "duty", "Choose primary or secondary.")
        require_wall_time(self.handoff_time, "handoff_time")
        self._check_days()
        self._check_groups()
        self._check_version()

    def is_in_force(self, span: tuple[datetime, datetime]) -> bool:
        """Whether this version speaks for any of `span`."""
        begins = self.effective_from is None or self.effective_from < span[1]
        return begins and (self.effective_until is None or self.effective_until > span[0])

    def _check_days(self) -> None:
        require_local_date(self.anchor_on, "anchor_on")
        if self.working_days is not None:
            require(self.working_days, "working_days", "Choose at least one weekday.")
            require(self.working_days <= WEEK, "working_days", "Weekdays are 0 (Monday) to 6.")
        if self.ends_on is not None:
            require_local_date(self.ends_on, "ends_on")
            require(self.anchor_on < self.ends_on, "ends_on", "The layer must end after it begins.")

    def _check_groups(self) -> None:
        require(self.groups and all(self.groups), "groups", "Every turn needs at least one person.")
        require(sum(map(len, self.groups)) <= MOST_PEOPLE, "groups", "A layer holds at most 1,000 people.")
        if any(len(group) > 1 for group in self.groups):
            alone = all(len(set(group)) == len(group) for group in self.groups)
            require(alone, "groups", "A person stands in a group once.")
            object.__setattr__(self, "groups", tuple(tuple(sorted(group)) for group in self.groups))

    def _check_version(self) -> None:
        for field in ("effective_from", "effective_until"):
            if (moment := getattr(self, field)) is not None:
                object.__setattr__(self, field, as_utc(moment, field))
        if self.effective_from and self.effective_until:
            forward = self.effective_from < self.effective_until
            require(forward, "effective_until", "The end must be after the start.")


# A frozen class lets nobody write its fields but its own slots.
_PUT = {field.name: getattr(Layer, field.name).__set__ for field in fields(Layer)}


def require_wall_time(clock: time, field: str) -> None:
    """Raise RotaError unless `clock` is a time of day as a wall shows it, without a zone of its own."""
    require(isinstance(clock, time) and clock.tzinfo is None, field, "Give a time of day, without an offset.")


def require_local_date(day: date, field: str) -> None:
    """Raise RotaError unless `day` is a plain date in the years a rota can cover."""
    # A datetime is a date to isinstance, and would break every day count.
    require(isinstance(day, date) and not isinstance(day, datetime), field, "Give a date, without a time.")
    require(day.year in YEARS, field, "Give a year from 1970 to 2200.")
