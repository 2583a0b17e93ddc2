"""What a calendar feed tells: a person's own shifts on every roster, or everything about one roster, gaps too. The same
lanes as on the on-duty page, so the two cannot disagree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from oncall import calendars
from oncall.models import DutyName, Feed, Roster
from oncall.publishing import Told
from oncall.querysets import Lane, Stint
from oncall.spans import Span

# Months before and after this one. The span moves by whole months: a shift without an end is told anew only then.
BEHIND, AHEAD = 1, 7
# How far beyond the span a shift that reaches out of it is followed to where it really begins or ends.
MARGIN = timedelta(days=35)
LONGEST = 200  # characters of names


@dataclass(frozen=True, slots=True)
class Lately:
    """What a feed has to tell, and of which time that is everything."""

    span: Span
    shifts: list[Told]


def lately(feed: Feed, *, at: datetime) -> Lately:
    """The shifts that lie within the span or reach into it. Seven queries."""
    span = span_around(at)
    if feed.roster_id is None:
        lanes = Roster.objects.of_person(feed.person_id).lanes(span=span, at=at, margin=MARGIN)
        shifts = [it for lane in lanes for it in _of_person(lane, feed.person_id)]
    else:
        lanes = Roster.objects.filter(pk=feed.roster_id).lanes(span=span, at=at, margin=MARGIN)
        shifts = [_of_stint(lane, stint) for lane in lanes for stint in lane.stints]
    told = [replace(it, starts_at=_second(it.starts_at), ends_at=_second(it.ends_at)) for it in shifts]
    return Lately(
        span,
        [it for it in told if it.starts_at < it.ends_at and it.starts_at < span[1] and it.ends_at > span[0]],
    )


def span_around(at: datetime) -> Span:
    first = calendars.previous_month(at.date())
    last = at.date()
    for _month in range(AHEAD):
        last = calendars.next_month(last)
    midnight = datetime.min.time()
    return (
        datetime.combine(first, midnight, at.tzinfo),
        datetime.combine(last, midnight, at.tzinfo),
    )


def _second(at: datetime) -> datetime:
    """Calendars know nothing shorter."""
    return at.replace(microsecond=0)


def _of_person(lane: Lane, person_id: int) -> Iterator[Told]:
    """Their own hours: who is on beside them makes no other shift of it."""
    told: Told | None = None
    for stint in lane.stints:
        if not stint.holds(person_id):
            continue
        if told and told.ends_at == stint.starts_at:
            told = replace(told, ends_at=stint.ends_at)
            continue
        if told:
            yield told
        told = Told(key(lane), stint.starts_at, stint.ends_at, lane.roster.name, stint.is_open_before)
    if told:
        yield told


def _of_stint(lane: Lane, stint: Stint) -> Told:
    names = ", ".join(person.name for person in stint.people)
    return Told(key(lane), stint.starts_at, stint.ends_at, names[:LONGEST], stint.is_open_before)


def key(lane: Lane) -> str:
    """What a lane is remembered by: its roster, and its duty or its layer."""
    return f"{lane.roster.pk}/{lane.duty}/{lane.layer}"


def title(lane: str, summary: str) -> str:
    """What an event is called, in the reader's language: whose it is or on which roster, and its duty or layer."""
    _roster, duty, layer = lane.split("/", 2)
    label = DutyName(duty).label if duty else layer
    return f"{summary or _('Nobody')} · {label}"
