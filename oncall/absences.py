"""Somebody's own calendar read for when they are away: an .ics file into spans of time.

Whatever is wrong with the file is refused with its line and field, so that nothing is taken in half. It knows no rows.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from dateutil.rrule import rrulestr
from django.utils.translation import gettext as _

from oncall.calendar_lines import CalendarError, Lines, events
from oncall.layers import YEARS
from oncall.wallclock import DAY, instant

# How far ahead what recurs is taken.
AHEAD = timedelta(days=366)
MONTH = timedelta(days=31)
LARGEST = 1_000_000  # bytes
MOST = 1_000  # events of a file, and times away that come of them
FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
# What the calendar library raises for contents it cannot take.
BROKEN = (ValueError, KeyError, IndexError, TypeError, AttributeError, ArithmeticError)


@dataclass(frozen=True, slots=True, order=True)
class Absence:
    """A time away, half-open in UTC; `uid` is the event's, which all of its occurrences share."""

    starts_at: datetime
    ends_at: datetime
    uid: str


def absences(raw: bytes, *, zone: ZoneInfo, at: datetime) -> list[Absence]:
    """The times away of a calendar that reach into the year from `at` on, in order. Whole days and times without a
    zone are those of `zone`. CalendarError names the line and field of the first thing that cannot be meant."""
    if len(raw) > LARGEST:
        raise CalendarError("", _("The file is too large. Export a shorter time."))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CalendarError("", _("This is not a calendar file: it is not UTF-8 text.")) from None
    places = list(events(text))
    if len(places) > MOST:
        raise CalendarError(
            "", _("The file has more than %(most)s events. Export a shorter time.") % {"most": MOST}
        )
    try:
        calendar = icalendar.Calendar.from_ical(text)
    except BROKEN:
        raise CalendarError("", _("This is not a calendar file.")) from None
    for event, lines in zip(calendar.walk("VEVENT"), places, strict=True):
        _check(event, lines)
        _bound(event, lines, at + AHEAD)
    return sorted(_taken(calendar, zone, at))


def _check(event: Any, lines: Lines) -> None:
    """Refuse an event whose times cannot be meant."""
    for name, _problem in event.errors:
        lines.refuse(name or "BEGIN", _("This value cannot be read."))
    for name in ("UID", "DTSTART"):
        if name not in event or isinstance(event[name], list):
            lines.refuse(name, _("An event has this field once."))
    start = _moment(event, "DTSTART", lines)
    if "DTEND" in event:
        end = _moment(event, "DTEND", lines)
        if isinstance(start, datetime) != isinstance(end, datetime):
            lines.refuse("DTEND", _("Start and end are either both days or both times."))
        if _naive(end) <= _naive(start) if _is_plain(start, end) else end <= start:
            lines.refuse("DTEND", _("The end must be after the start."))
    elif "DURATION" in event:
        length = getattr(event["DURATION"], "dt", None)
        if not isinstance(length, timedelta) or length <= timedelta():
            lines.refuse("DURATION", _("The end must be after the start."))
    if "RECURRENCE-ID" in event:
        _moment(event, "RECURRENCE-ID", lines)


def _moment(event: Any, name: str, lines: Lines) -> date:
    """A date or time of the event."""
    if isinstance(event[name], list):
        lines.refuse(name, _("An event has this field once."))
    moment, zone = event[name].dt, event[name].params.get("TZID")
    if not isinstance(moment, date) or moment.year not in YEARS:
        lines.refuse(name, _("Give a date or time of the years 1970 to 2200."))
    if zone and isinstance(moment, datetime) and moment.tzinfo is None:
        lines.refuse(name, _("There is no time zone %(zone)s.") % {"zone": zone})
    return moment


def _is_plain(start: date, end: date) -> bool:
    """Whether they can only be compared as a wall shows them."""
    return not isinstance(start, datetime) or (start.tzinfo is None) or (end.tzinfo is None)  # type: ignore[attr-defined]


def _naive(moment: date) -> datetime:
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None)
    return datetime.combine(moment, datetime.min.time())


def _bound(event: Any, lines: Lines, horizon: datetime) -> None:
    """Let a recurring event end at the horizon: a rule may recur for ever, or never find its next day."""
    if "RRULE" not in event:
        return
    rule = event["RRULE"]
    if isinstance(rule, list) or rule.get("FREQ", [""])[0] not in FREQUENCIES:
        lines.refuse("RRULE", _("Time off recurs by one rule, daily at most."))
    if {"BYHOUR", "BYMINUTE", "BYSECOND"} & set(rule) or min(rule.get("INTERVAL", [1])) < 1:
        lines.refuse("RRULE", _("Time off recurs by one rule, daily at most."))
    start = event["DTSTART"].dt
    try:
        until = min(_until(rule, start), _wall(horizon, start))
        if "COUNT" in rule:
            until = _last(rule, start, until)
    except BROKEN:
        lines.refuse("RRULE", _("This value cannot be read."))
    rule.pop("COUNT", None)
    rule["UNTIL"] = [_like(until, start)]


def _until(rule: Any, start: date) -> datetime:
    """When the rule ends, as a wall where it starts shows it."""
    if "UNTIL" not in rule:
        return _naive(date(YEARS.stop, 1, 1))
    until = rule["UNTIL"][0]
    if not isinstance(until, datetime):
        return _naive(until) + DAY - timedelta(seconds=1)
    return _wall(until, start) if until.tzinfo else until


def _wall(moment: datetime, start: date) -> datetime:
    zone = start.tzinfo if isinstance(start, datetime) and start.tzinfo else UTC
    return moment.astimezone(zone).replace(tzinfo=None)


def _last(rule: Any, start: date, until: datetime) -> datetime:
    """The last of so many occurrences, or `until` if that comes first."""
    count = rule["COUNT"][0]
    named = ";".join(
        part for part in rule.to_ical().decode().split(";") if not part.startswith(("COUNT", "UNTIL"))
    )
    found = rrulestr(f"{named};UNTIL={until:%Y%m%dT%H%M%S}", dtstart=_naive(start))
    return next(islice(found, count - 1, None), until)


def _like(until: datetime, start: date) -> date:
    """As a rule of an event that starts so must write it."""
    if not isinstance(start, datetime):
        return until.date()
    return until.replace(tzinfo=start.tzinfo).astimezone(UTC) if start.tzinfo else until


def _taken(calendar: Any, zone: ZoneInfo, at: datetime) -> set[Absence]:
    """Every occurrence that is not called off, month by month, so that too many are noticed early."""
    found: set[Absence] = set()
    query = recurring_ical_events.of(calendar)
    month, horizon = at, at + AHEAD
    while month < horizon:
        # A day more on both sides: whole days begin earlier or later where the person is.
        for event in _occurrences(query, month - DAY, month + MONTH + DAY):
            start, end = (_instant(event[name].dt, zone) for name in ("DTSTART", "DTEND"))
            if (
                str(event.get("STATUS", "")).upper() != "CANCELLED"
                and start < end
                and at < end
                and start < horizon
            ):
                found.add(Absence(start, end, str(event["UID"])))
        if len(found) > MOST:
            words = _("More than %(most)s times away in a year. Export your time off alone.")
            raise CalendarError("", words % {"most": MOST})
        month += MONTH
    return found


def _occurrences(query: Any, start: datetime, end: datetime) -> list[Any]:
    try:
        return query.between(start, end)
    except BROKEN:
        raise CalendarError("", _("An event of this file recurs in a way that cannot be read.")) from None


def _instant(moment: date, zone: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        return instant(moment, datetime.min.time(), zone)
    if moment.tzinfo is None:
        return instant(moment.date(), moment.time(), zone)
    return moment.astimezone(UTC)
