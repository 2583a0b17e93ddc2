"""What lies around the shifts, date by date: holidays, who is away, who is at the office. A date is each person's own,
as their calendar has it, whoever looks."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from accounts.models import Site, User
from oncall import site_holidays
from oncall.calendars import MIDNIGHT
from oncall.models import OfficeDay, TimeOff
from oncall.wallclock import DAY, instant

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Around:
    """One date: the names of holidays, each with the sites that keep it; people away; people at the office, by site."""

    holidays: dict[str, list[str]] = field(default_factory=dict)
    away: list[User] = field(default_factory=list)
    office: dict[str, list[User]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.holidays or self.away or self.office)

    @property
    def at_office(self) -> list[User]:
        return [person for people in self.office.values() for person in people]


def around(people: Collection[User], first: date, last: date) -> dict[date, Around]:
    """Every date from `first` to `last`, both included; the holidays are those of the people's sites. Two queries."""
    found = {first + number * DAY: Around() for number in range((last - first).days + 1)}
    named = {person.pk: person for person in people}
    for site in Site.values:
        if any(person.site == site for person in people):
            for day, name in site_holidays.of_site(site, first, last).items():
                found[day].holidays.setdefault(name, []).append(str(Site(site).label))
    for day, persons in _away(named, first, last).items():
        found[day].away.extend(person for person in people if person.pk in persons)
    office = OfficeDay.objects.filter(person__in=named, on__range=(first, last)).order_by(
        "site", "person__name"
    )
    for pk, on, site in office.values_list("person_id", "on", "site"):
        found[on].office.setdefault(str(Site(site).label), []).append(named[pk])
    return found


def _away(people: dict[int, User], first: date, last: date) -> dict[date, set[int]]:
    """By date, who has time off at any time of that date of theirs."""
    # A date begins and ends up to a day earlier or later elsewhere on earth.
    reach = {
        "starts_at__lt": instant(last + 2 * DAY, MIDNIGHT, UTC),
        "ends_at__gt": instant(first - DAY, MIDNIGHT, UTC),
    }
    found: dict[date, set[int]] = defaultdict(set)
    for time_off in TimeOff.objects.filter(person__in=people, **reach):
        for day in dates_of(time_off, people[time_off.person_id].zone):
            if first <= day <= last:
                found[day].add(time_off.person_id)
    return found


def dates_of(time_off: TimeOff, zone: ZoneInfo) -> Iterator[date]:
    """The dates of a zone that have some of it in them; none, if it was taken back before it began."""
    until = min(time_off.ends_at, time_off.ended_at or time_off.ends_at)
    day = time_off.starts_at.astimezone(zone).date()
    while time_off.starts_at < until and instant(day, MIDNIGHT, zone) < until:
        yield day
        day += DAY
