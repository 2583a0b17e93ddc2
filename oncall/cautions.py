"""What can be meant about a layer and is seldom wanted: said while it is being written, refused never.

Pure: a layer, its zone and the schedule it would be part of; no words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from oncall.layers import Layer
from oncall.rota import Rota, Schedule
from oncall.rotation import first_day, lifetime, slots
from oncall.spans import Span
from oncall.wallclock import instant

A_WEEK = timedelta(days=8)  # and a day: clocks change
Kind = Literal["cut", "moved", "later", "ending", "over", "covered", "dropped", "bare"]


@dataclass(frozen=True, slots=True)
class Caution:
    """`cut`: a handoff lies within a window; `moved`: the anchor is no working day, so counting begins `at` a later
    one; `later`: silent until `at`; `ending`, `over`: it ends or has ended; `covered`: higher ranks leave nothing of
    it; `dropped`: a change planned from `at` on would be lost; `bare`: from `at` on no layer is left for `duty`."""

    kind: Kind
    at: datetime
    duty: str = ""


def of_layer(layer: Layer, zone: ZoneInfo, span: Span, final: Schedule) -> list[Caution]:
    """Everything to say about `layer` within `span`; `final` is the schedule with the layer in it."""
    return [*_of_its_days(layer, zone, span), *_of_its_slots(layer, zone, span, final)]


def left_bare(before: Rota, after: Rota, since: datetime) -> list[Caution]:
    """The duties that have layers after `since` before an edit, and none after it."""
    return [Caution("bare", since, duty) for duty in sorted(_manned(before, since) - _manned(after, since))]


def _manned(rota: Rota, since: datetime) -> set[str]:
    return {it.duty for it in rota.layers if it.effective_until is None or it.effective_until > since}


def _of_its_days(layer: Layer, zone: ZoneInfo, span: Span) -> Iterator[Caution]:
    start = instant(first_day(layer), layer.handoff_time, zone)
    if first_day(layer) != layer.anchor_on:
        yield Caution("moved", start)
    if start > span[0]:
        yield Caution("later", _first_on(layer, zone, start))
    if layer.ends_on:
        end = instant(layer.ends_on, layer.handoff_time, zone)
        if end <= span[0]:
            yield Caution("over", end)
        elif end < span[1]:
            yield Caution("ending", end)


def _first_on(layer: Layer, zone: ZoneInfo, start: datetime) -> datetime:
    """When the layer first has somebody on: its first handoff may lie outside of its hours."""
    first = next(iter(slots(layer, zone, (start, start + A_WEEK))), None)
    return first.starts_at if first else start


def _of_its_slots(layer: Layer, zone: ZoneInfo, span: Span, final: Schedule) -> Iterator[Caution]:
    life = lifetime(layer, zone, span)
    given = list(slots(layer, zone, span)) if life[0] < life[1] else []
    if layer.window and (cut := _cut(layer, given)):
        yield Caution("cut", cut)
    shown = {it.layer for it in final.shifts} | {it.layer for it in final.empty}
    if given and layer.name not in shown:
        yield Caution("covered", given[0].starts_at)


def _cut(layer: Layer, given: list) -> datetime | None:
    """The first instant at which people change while the layer's window is open. Windows of 24 hours touch one another:
    there a handoff is where it belongs at their start."""
    if layer.window and layer.window.start == layer.window.end == layer.handoff_time:
        return None
    for one, two in pairwise(given):
        if one.ends_at == two.starts_at and one.people != two.people:
            return two.starts_at
    return None
