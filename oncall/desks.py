"""A person's coming weeks as days to tick: where they work, what is a holiday, when they are away, when they come in.
Weeks run from Sunday to Saturday: both working weeks, Tue–Sat and Sun–Thu, lie within one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import User
from oncall.around import Around
from oncall.calendars import WEEK
from oncall.querysets import Lane, Stint
from oncall.wallclock import DAY

WEEKS = 4
TARGET = 3


@dataclass(frozen=True, slots=True)
class DeskDay:
    """`works` is whether a working week has them at work that day; `site` where they come in, or empty."""

    on: date
    works: bool
    is_past: bool
    is_away: bool
    holiday: str
    site: str


@dataclass(frozen=True, slots=True)
class DeskWeek:
    days: list[DeskDay]

    @property
    def chosen(self) -> int:
        return sum(bool(day.site) for day in self.days)

    @property
    def target(self) -> int:
        """Three days, fewer where a holiday or time off takes working days."""
        free = sum(day.works and (day.is_away or bool(day.holiday)) for day in self.days)
        return max(TARGET - free, 0)


def next_at_work(lanes: Iterable[Lane], person_id: int, *, at: datetime) -> list[tuple[Lane, Stint]]:
    """On each roster that is presence alone the shift this person is at work on or comes to next, soonest first."""
    found: dict[int, tuple[Lane, Stint]] = {}
    for lane in lanes:
        mine = (it for it in lane.stints if it.ends_at > at and it.holds(person_id))
        if lane.roster.is_paged or (stint := next(mine, None)) is None:
            continue
        soonest = found.get(lane.roster.pk)
        if soonest is None or stint.starts_at < soonest[1].starts_at:
            found[lane.roster.pk] = (lane, stint)
    return sorted(found.values(), key=lambda it: it[1].starts_at)


def edges(today: date) -> tuple[date, date]:
    """The first and the last day shown."""
    first = today - timedelta(days=(today.weekday() + 1) % WEEK)
    return first, first + (WEEKS * WEEK - 1) * DAY


def weeks(person: User, today: date, around: dict[date, Around], lanes: Iterable[Lane]) -> list[DeskWeek]:
    """`around` reaches over the edges for this person alone; `lanes` are theirs, over the same time."""
    first, last = edges(today)
    working = {
        stint.starts_at.astimezone(lane.roster.tz).date()
        for lane in lanes
        if not lane.roster.is_paged
        for stint in lane.stints
        if stint.concerns(person.pk)
    }
    days = [
        DeskDay(
            on=day,
            works=day in working,
            is_past=day < today,
            is_away=bool(around[day].away),
            holiday=", ".join(around[day].holidays),
            site=next(iter(around[day].office), ""),
        )
        for day in (first + number * DAY for number in range((last - first).days + 1))
    ]
    return [DeskWeek(days[start : start + WEEK]) for start in range(0, len(days), WEEK)]
