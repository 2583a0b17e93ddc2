"""The public holidays of each site, years ahead, as the `holidays` package knows them. Pure."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays

from oncall.calendars import MIDNIGHT
from oncall.spans import Span, overlap, union
from oncall.wallclock import DAY, instant

# Country, and the part of it that has holidays of its own.
PLACES = {
    "los_angeles": ("US", "CA"),
    "san_jose": ("US", "CA"),
    "dublin": ("IE", None),
    "singapore": ("SG", None),
}


def of_site(site: str, first: date, last: date) -> dict[date, str]:
    """The holidays from `first` to `last`, both included, by date, with their names; none for no site."""
    return {
        day: name
        for year in range(first.year, last.year + 1)
        for day, name in _of_year(site, year).items()
        if first <= day <= last
    }


def dates_within(site: str, zone: ZoneInfo, span: Span) -> frozenset[date]:
    """The holidays that have some of the span in them, as a calendar of `zone` shows it."""
    return frozenset(of_site(site, *_edges(zone, span)))


def spans_within(site: str, zone: ZoneInfo, span: Span) -> list[Span]:
    """The time within the span that is a holiday by the clocks of `zone`."""
    days = of_site(site, *_edges(zone, span))
    whole = union((instant(day, MIDNIGHT, zone), instant(day + DAY, MIDNIGHT, zone)) for day in days)
    return list(overlap(whole, span))


def depths(site: str, depth: int | None, zone: ZoneInfo, span: Span) -> tuple[tuple[Span, int], ...]:
    """How many have to be on at once on the holidays within the span; nothing, where no depth is said for them."""
    return () if depth is None else tuple((day, depth) for day in spans_within(site, zone, span))


def _edges(zone: ZoneInfo, span: Span) -> tuple[date, date]:
    return span[0].astimezone(zone).date(), span[1].astimezone(zone).date()


@lru_cache(maxsize=256)
def _of_year(site: str, year: int) -> Mapping[date, str]:
    if site not in PLACES:
        return MappingProxyType({})
    country, part = PLACES[site]
    known = holidays.country_holidays(country, subdiv=part, years=year, language="en_US")
    # The package fills in other years when they are asked for; what is kept must not change.
    return MappingProxyType({day: known[day] for day in sorted(known)})
