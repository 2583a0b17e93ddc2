"""What a calendar feed has told, brought up to date: which event a shift is, whether it changed, whether it is off.

Pure. Calendars recognise an event by its UID and a change by its sequence; so a shift that only moved keeps the one and
raises the other, and one that does not happen stays for a while, as cancelled.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from oncall.spans import Span

# How long a calendar has time to hear that a shift is off.
KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Told:
    """A shift as a feed tells it: when, on which lane, and what is said of it. The start of an open one lies before
    where the feed begins to look."""

    lane: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    is_open_before: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of a feed, as calendars have it."""

    uid: str
    lane: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    sequence: int
    changed_at: datetime
    is_cancelled: bool = False

    def tells(self, shift: Told) -> bool:
        return (self.lane, self.starts_at, self.ends_at) == (shift.lane, shift.starts_at, shift.ends_at)

    def overlaps(self, shift: Told) -> bool:
        return self.lane == shift.lane and self.starts_at < shift.ends_at and self.ends_at > shift.starts_at


def published(
    known: Iterable[Entry], shifts: Sequence[Told], span: Span, *, at: datetime, new_uid: Callable[[], str]
) -> list[Entry]:
    """The events of the feed now, by start: `shifts` are all there are within `span`, `known` what was told before.
    What ended before the span, and what was called off long ago, is forgotten. Nothing changed: the same again."""
    entries = list(known)
    live = {it.uid: it for it in entries if not it.is_cancelled and it.ends_at > span[0]}
    off = {it.uid: it for it in entries if it.is_cancelled and it.changed_at > at - KEPT}
    found: list[Entry] = []
    waiting = [_begun(shift, live.values()) for shift in shifts]
    for recognised in (Entry.tells, Entry.overlaps):
        waiting = list(_matched(waiting, live, found, recognised, at))
    waiting = list(_matched(waiting, off, found, Entry.tells, at))
    found += [Entry(new_uid(), it.lane, it.starts_at, it.ends_at, it.summary, 0, at) for it in waiting]
    found += [_changed(it, at, is_cancelled=True) for it in live.values()] + list(off.values())
    return sorted(found, key=lambda it: (it.starts_at, it.lane, it.uid))


def _begun(shift: Told, live: Iterable[Entry]) -> Told:
    """With the start it was told to have, if the feed does not look back that far any more."""
    if shift.is_open_before:
        for entry in live:
            if entry.overlaps(shift) and entry.starts_at < shift.starts_at:
                return replace(shift, starts_at=entry.starts_at)
    return shift


def _matched(
    shifts: Iterable[Told],
    entries: dict[str, Entry],
    found: list[Entry],
    recognised: Callable[[Entry, Told], bool],
    at: datetime,
) -> Iterator[Told]:
    """Move every entry that a shift is recognised in to `found`, as it is now; the shifts without one are left."""
    by_lane: dict[str, list[Entry]] = {}
    for entry in sorted(entries.values(), key=lambda it: it.starts_at):
        by_lane.setdefault(entry.lane, []).append(entry)
    for shift in sorted(shifts, key=lambda it: it.starts_at):
        mine = by_lane.get(shift.lane, [])
        place = next((place for place, it in enumerate(mine) if recognised(it, shift)), None)
        if place is None:
            yield shift
        else:
            entry = mine.pop(place)
            del entries[entry.uid]
            found.append(_as_told(entry, shift, at))


def _as_told(entry: Entry, shift: Told, at: datetime) -> Entry:
    now = replace(
        entry, starts_at=shift.starts_at, ends_at=shift.ends_at, summary=shift.summary, is_cancelled=False
    )
    return entry if now == entry else _changed(now, at)


def _changed(entry: Entry, at: datetime, *, is_cancelled: bool = False) -> Entry:
    return replace(entry, sequence=entry.sequence + 1, changed_at=at, is_cancelled=is_cancelled)
