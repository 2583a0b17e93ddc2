"""What a calendar says day by day: which stints belong on which day, and whose they are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from oncall.around import Around
from oncall.calendars import Day, Period
from oncall.querysets import Lane, Stint
from oncall.wallclock import DAY


@dataclass(frozen=True, slots=True)
class Line:
    """A stint on one day; `starts_at` and `ends_at` are set where it begins and ends within that day."""

    lane: Lane
    stint: Stint
    starts_at: datetime | None
    ends_at: datetime | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class DayPlan:
    day: Day
    lines: list[Line]
    is_today: bool
    is_outside: bool
    around: Around = field(default_factory=Around)

    @property
    def paged(self) -> list[Line]:
        return [line for line in self.lines if line.lane.roster.is_paged]

    @property
    def at_work(self) -> list[Line]:
        return [line for line in self.lines if not line.lane.roster.is_paged]


def of_person(lanes: Iterable[Lane], period: Period, person_id: int | None) -> list[Lane]:
    """The lanes on which this person has a stint within the period."""
    return [lane for lane in lanes if any(it.concerns(person_id) for it in within(lane, period))]


def within(lane: Lane, period: Period | Day) -> Iterator[Stint]:
    return (it for it in lane.stints if it.starts_at < period.ends_at and it.ends_at > period.starts_at)


def day_plans(
    lanes: list[Lane],
    period: Period,
    *,
    at: datetime,
    person_id: int | None,
    only_mine: bool = False,
    around: Mapping[date, Around],
) -> list[DayPlan]:
    """Every day of the period with its lines, lane by lane, and what lies around them. Outside is what lies in
    another month than the one asked for, in a period of more than a week."""
    is_month = len(period.days) > 7
    return [
        DayPlan(
            day=day,
            lines=[line for line in _lines(lanes, day, person_id) if line.is_mine or not only_mine],
            is_today=day.starts_at <= at < day.ends_at,
            is_outside=is_month and day.on.month != period.on.month,
            around=around[day.on],
        )
        for day in period.days
    ]


def _lines(lanes: list[Lane], day: Day, person_id: int | None) -> Iterator[Line]:
    for lane in lanes:
        for stint in within(lane, day):
            begins, ends = day.starts_at <= stint.starts_at, stint.ends_at < day.ends_at
            # A working day seen from another continent crosses midnight; it is still one day's work.
            if not begins and not lane.roster.is_paged and stint.ends_at - stint.starts_at <= DAY:
                continue
            yield Line(
                lane=lane,
                stint=stint,
                starts_at=stint.starts_at if begins and not stint.is_open_before else None,
                ends_at=stint.ends_at if ends and not stint.is_open_after else None,
                is_mine=stint.concerns(person_id),
            )
