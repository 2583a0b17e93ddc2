"""One layer through time: when it is on, and whose turn it is.

Working days and window say when, the turn says who, and a slot is where the two meet. Other layers, absences
and overrides are not known here.
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from oncall.layers import Duty, Group, Layer, Person, Window
from oncall.spans import Span, overlap, union
from oncall.wallclock import DAY, ZERO, instant


class Slot(NamedTuple):
    """A stretch of duty as a layer gives it out; `missed` are those who should be there, each with why not."""

    starts_at: datetime
    ends_at: datetime
    people: Group
    layer: str = ""
    duty: Duty = "primary"
    missed: tuple[tuple[Person, str], ...] = ()


def slots(layer: Layer, zone: ZoneInfo, span: Span) -> Iterator[Slot]:
    """The layer's turns within `span`, cut to the time it is on, in order."""
    life = lifetime(layer, zone, span)
    if life[0] >= life[1]:
        return
    on = on_time(layer, zone, life)
    for turn in turns(layer, zone, life):
        for start, end in overlap(on, (turn.starts_at, turn.ends_at)):
            yield Slot(start, end, turn.people, layer.name, layer.duty)


def lifetime(layer: Layer, zone: ZoneInfo, span: Span) -> Span:
    """`span` cut to the layer's first handoff, its end and this version's validity: empty if start >= end."""
    start = max(span[0], instant(first_day(layer), layer.handoff_time, zone))
    end = span[1]
    if layer.ends_on:
        end = min(end, instant(layer.ends_on, layer.handoff_time, zone))
    if layer.effective_from:
        start = max(start, layer.effective_from)
    if layer.effective_until:
        end = min(end, layer.effective_until)
    return start, end


def on_time(layer: Layer, zone: ZoneInfo, span: Span) -> list[Span]:
    """When the layer is on: the union of its working days' windows, at least those that reach into `span`.

    Without a window a working day runs from its handoff to the next day's.
    """
    if layer.working_days is None and layer.window is None:
        return [span]
    if layer.window:
        return union(openings(layer.window, zone, span, days=layer.working_days))
    day = Window(layer.handoff_time, layer.handoff_time)
    # A window closes at the second showing of its end; a handoff always takes the first.
    return union(openings(day, zone, span, days=layer.working_days, last=False))


def openings(
    window: Window, zone: ZoneInfo, span: Span, *, days: AbstractSet[int] | None = None, last: bool = True
) -> Iterator[Span]:
    """The window of each working day (None: every day) that reaches into `span`, and of some before it. A time
    shown twice closes it at its `last` showing."""
    overnight = DAY if window.end <= window.start else ZERO
    # Two days back: a window belongs to the day it starts on, lasts up to 24 hours of wall clock, and the
    # clocks may fall back over midnight in between.
    day = span[0].astimezone(zone).date() - 2 * DAY
    while (start := instant(day, window.start, zone)) < span[1]:
        if days is None or day.weekday() in days:
            yield start, instant(day + overnight, window.end, zone, last=last)
        day += DAY


def turns(layer: Layer, zone: ZoneInfo, span: Span) -> Iterator[Slot]:
    """Whose turn it is throughout `span`, on or off; `span` starts at or after the first handoff."""
    start, until = span
    number = _turn_by_wall(layer, zone, start)
    while start < until:
        end = turn_start(layer, zone, number + 1)
        if start < end:
            yield Slot(start, min(end, until), layer.groups[number % len(layer.groups)])
            start = end
        number += 1


def _turn_by_wall(layer: Layer, zone: ZoneInfo, at: datetime) -> int:
    """The number of the turn whose handoff the clocks last came past, counting from 0.

    Clocks that have just fallen back may show a time before a handoff that is over: then it is one too low.
    """
    if layer.turn.unit == "hour":
        return (at - turn_start(layer, zone, 0)) // timedelta(hours=layer.turn.n)
    wall = at.astimezone(zone)
    day = wall.date() if layer.handoff_time <= wall.time() else wall.date() - DAY
    return _units_until(layer, day) // layer.turn.n


def turn_start(layer: Layer, zone: ZoneInfo, number: int) -> datetime:
    """The handoff that begins turn `number`. Hours elapse from turn 0; other units follow the wall clock."""
    units = number * layer.turn.n
    if layer.turn.unit == "hour":
        return instant(first_day(layer), layer.handoff_time, zone) + timedelta(hours=units)
    return instant(_day_after(layer, units), layer.handoff_time, zone)


def first_day(layer: Layer) -> date:
    """The local date of turn 0: the anchor, or the first working day after it."""
    if layer.working_days is None:
        return layer.anchor_on
    return layer.anchor_on + _working_offsets(layer, layer.anchor_on)[0] * DAY


def _day_after(layer: Layer, units: int) -> date:
    """The date `units` of the layer's turn after its first day."""
    first = first_day(layer)
    if layer.turn.unit == "month":
        return _months_later(first, units)
    if layer.turn.unit == "working_day":
        offsets = _working_offsets(layer, first)
        weeks, rest = divmod(units, len(offsets))
        return first + (7 * weeks + offsets[rest]) * DAY
    return first + units * (7 if layer.turn.unit == "week" else 1) * DAY


def _units_until(layer: Layer, day: date) -> int:
    """How many whole units of the layer's turn have passed by `day`'s handoff: `_day_after` the other way."""
    first = first_day(layer)
    if layer.turn.unit == "month":
        months = (day.year - first.year) * 12 + day.month - first.month
        return months - (day < _months_later(first, months))
    weeks, rest = divmod((day - first).days, 7)
    if layer.turn.unit == "working_day":
        offsets = _working_offsets(layer, first)
        return weeks * len(offsets) + bisect_right(offsets, rest) - 1
    return weeks if layer.turn.unit == "week" else 7 * weeks + rest


def _working_offsets(layer: Layer, day: date) -> list[int]:
    """The working days of the seven from `day` on, as days after it."""
    if layer.working_days is None:
        return [0, 1, 2, 3, 4, 5, 6]
    return sorted((weekday - day.weekday()) % 7 for weekday in layer.working_days)


def _months_later(day: date, months: int) -> date:
    """`day`'s day of the month that many months later, or that month's last day if it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
