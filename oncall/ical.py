"""A feed's events as the text that calendar apps read (RFC 5545). The same events are the same text: nothing in it
tells when it was asked for."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from oncall.publishing import Entry

PRODUCT = "-//Watchfloor//Shifts//EN"
# How often apps may ask again, of those that heed it.
EVERY = timedelta(hours=1)


def written(name: str, told: Iterable[tuple[Entry, str]], *, address: str) -> bytes:
    """The calendar called `name`; each event with its title, and `address` to look at."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry, title in told:
        calendar.add_component(_event(entry, title, address))
    return calendar.to_ical()


def _event(entry: Entry, title: str, address: str) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", _whole(entry.changed_at))
    event.add("last-modified", _whole(entry.changed_at))
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", title)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    # Being on duty keeps nobody from anything else: it does not show as busy.
    event.add("transp", "TRANSPARENT")
    event.add("url", address)
    return event


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)
