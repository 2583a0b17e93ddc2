"""What people have changed about the coming weeks: somebody stands in for an evening, swaps offered and agreed, time
off, days at the office. All through the actions, in the days before now."""

from datetime import datetime, timedelta
from itertools import pairwise

from accounts.models import User
from oncall import site_holidays
from oncall.actions import office_days, overrides, swaps, time_off
from oncall.actions.swaps import Part
from oncall.models import Roster
from oncall.rota import Shift, schedule
from oncall.wallclock import DAY, instant

HOUR = timedelta(hours=1)
WEEKS = 5
OFFICE = {
    "Maya": ("los_angeles", {1, 2, 3}),
    "Priya": ("los_angeles", {1, 2, 3}),
    "Sofia": ("los_angeles", {0, 1, 2}),
    "Tomas": ("los_angeles", {0, 1, 2}),
    "Daniel": ("san_jose", {1, 2, 4}),
    "Marcus": ("san_jose", {6, 1, 2}),
    "Aisling": ("dublin", {0, 1, 3}),
    "Jonas": ("dublin", {1, 2, 3}),
    "Wei": ("singapore", {1, 2, 3}),
}


def seed(people: dict[str, User], *, at: datetime) -> None:
    duty, managers = Roster.objects.get(slug="duty"), Roster.objects.get(slug="manager")
    ahead = _ahead(duty, "primary", at)
    _stand_in(duty, ahead[0], people, at - 2 * DAY)
    _agree(duty, *ahead[1:3], at=at - 3 * DAY)
    _offer(duty, people, at - 5 * HOUR)
    _ask(managers, at - 3 * HOUR)
    _away(people, ahead, at - 4 * DAY)
    for name, (site, weekdays) in OFFICE.items():
        _come_in(people[name], site, weekdays, at)


def _ahead(roster: Roster, duty: str, at: datetime) -> list[Shift]:
    """Whole shifts that are still to begin, soonest first."""
    span = at, at + timedelta(days=70)
    known = schedule(Roster.objects.filter(pk=roster.pk).rules(span)[roster.pk], *span)
    return [it for it in known.shifts if it.duty == duty and span[0] < it.starts_at and it.ends_at < span[1]]


def _person(pk: int) -> User:
    return User.objects.get(pk=pk)


def _stand_in(duty: Roster, shift: Shift, people: dict[str, User], at: datetime) -> None:
    """One evening of the next primary's week somebody free takes over."""
    evening = (
        instant((shift.starts_at + 2 * DAY).astimezone(duty.tz).date(), datetime.min.time(), duty.tz)
        + 17 * HOUR
    )
    span = evening, evening + 5 * HOUR
    known = schedule(Roster.objects.filter(pk=duty.pk).rules(span)[duty.pk], *span)
    busy = {one for it in known.shifts for one in it.people}
    free = next(people[name] for name in ("Sofia", "Daniel", "Marcus") if people[name].pk not in busy)
    overrides.make(
        roster=duty,
        kind="replace",
        person=_person(shift.people[0]),
        stand_in=free,
        duty="primary",
        starts_at=span[0],
        ends_at=span[1],
        reason="School concert",
        by=people["Maya"],
        at=at,
    )


def _agree(duty: Roster, one: Shift, two: Shift, *, at: datetime) -> None:
    """Two colleagues exchange their weeks; the second says yes a little later."""
    giver, taker = _person(one.people[0]), _person(two.people[0])
    parts = [
        Part(duty, giver, taker, one.starts_at, one.ends_at),
        Part(duty, taker, giver, two.starts_at, two.ends_at),
    ]
    offered = swaps.offer(parts=parts, note="My sister visits that week.", by=giver, at=at)
    # On secondary in one of the weeks as well: known, and taken anyway.
    swaps.accept(bundle=offered[0].bundle, acknowledged=True, by=taker, at=at + 3 * HOUR)


def _away(people: dict[str, User], ahead: list[Shift], at: datetime) -> None:
    """A few days each; the last of them leaves a shift empty that nobody has found somebody for yet."""
    for name, days, length, note in (
        ("Maya", 12, 3, "Moving house"),
        ("Aisling", 20, 5, ""),
        ("Jonas", 33, 9, ""),
    ):
        _off(people[name], at + (4 + days) * DAY, length, note, at)
    last = ahead[3]
    _off(_person(last.people[0]), last.starts_at + 2 * DAY, 2, "", at)


def _off(person: User, starts: datetime, days: int, note: str, at: datetime) -> None:
    first = starts.astimezone(person.zone).date()
    edges = (instant(day, datetime.min.time(), person.zone) for day in (first, first + days * DAY))
    starts_at, ends_at = edges
    time_off.enter(person=person, starts_at=starts_at, ends_at=ends_at, note=note, by=person, at=at)


def _offer(duty: Roster, people: dict[str, User], at: datetime) -> None:
    """A secondary's weekend, to whoever would like it."""
    shift = next(it for it in _ahead(duty, "secondary", at) if it.people == (people["Sofia"].pk,))
    saturday = shift.starts_at + ((5 - shift.starts_at.astimezone(duty.tz).weekday()) % 7) * DAY
    part = Part(duty, people["Sofia"], None, saturday, min(saturday + 2 * DAY, shift.ends_at))
    swaps.offer(parts=[part], note="A wedding, far away.", by=people["Sofia"], at=at)


def _ask(managers: Roster, at: datetime) -> None:
    """The other manager on duty asks to exchange two days, and waits for an answer."""
    mine, theirs = next(
        (one, two)
        for one, two in pairwise(_ahead(managers, "primary", at))
        if User.objects.filter(pk__in=one.people, name__startswith="Jonas").exists()
    )
    jonas, maya = _person(mine.people[0]), _person(theirs.people[0])
    days = [(shift.starts_at + 2 * DAY, shift.starts_at + 4 * DAY) for shift in (mine, theirs)]
    parts = [Part(managers, jonas, maya, *days[0]), Part(managers, maya, jonas, *days[1])]
    swaps.offer(parts=parts, note="A hearing in Brussels.", by=jonas, at=at)


def _come_in(person: User, site: str, weekdays: set[int], at: datetime) -> None:
    today = at.astimezone(person.zone).date()
    days = {today + number * DAY for number in range(-7, WEEKS * 7)}
    free = site_holidays.of_site(site, min(days), max(days))
    chosen = {day: site for day in days if day.weekday() in weekdays and day not in free}
    office_days.choose(
        person=person, first=min(days), last=max(days), days=chosen, by=person, at=at - 7 * DAY
    )
