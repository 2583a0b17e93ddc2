"""When a message goes to which of a person's methods: their rules, their quiet hours, and what stands in for both.
Times and numbers only, so that it can be asked about any person at any instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

HIGH, LOW, NOTICE, CHECK = "high", "low", "notice", "check"
PAGES = frozenset({HIGH, LOW})
# Without rules of their own, a page goes to one method after the other.
SPACING = timedelta(minutes=1)
# This severe and worse, a page wakes whoever asked to sleep.
MILDEST_THAT_WAKES = 1


@dataclass(frozen=True, slots=True)
class Way:
    """A method that may be used. `delay` is what its rule for this urgency says, None without one; one that is `loud`
    rings, and no notice is worth that while there is another."""

    method: int
    kind: str
    delay: int | None = None
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """One attempt to come."""

    way: Way
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Quiet:
    """From when until when somebody sleeps, on their own clock. Equal times are the whole day: what waits is told once
    a day, at that time."""

    starts: time
    ends: time
    zone: tzinfo

    def holds_at(self, at: datetime) -> bool:
        here = at.astimezone(self.zone).time()
        if self.starts < self.ends:
            return self.starts <= here < self.ends
        return here >= self.starts or here < self.ends

    def past(self, at: datetime) -> datetime:
        """`at`, or the end of the quiet hours it falls in."""
        if not self.holds_at(at):
            return at
        today = at.astimezone(self.zone).date()
        ends = (
            datetime.combine(today + timedelta(days=days), self.ends, self.zone).replace(fold=fold)
            for days in (0, 1, 2)
            for fold in (0, 1)  # an hour that the clocks show twice ends twice
        )
        return next(end for end in ends if end.astimezone(at.tzinfo) > at).astimezone(at.tzinfo)


def plan(
    *, urgency: str, severity: int | None, ways: Sequence[Way], quiet: Quiet | None, at: datetime
) -> list[Planned]:
    """The attempts a message makes by itself, soonest first; `ways` are in the person's own order. A page follows the
    rules, or without any goes to each method a minute after the one before. A notice takes one method, a check the
    one it is given."""
    delays = _delays(urgency, ways)
    if quiet is None or passes_quiet(urgency, severity):
        return [Planned(way, at + delay) for way, delay in delays]
    begin = quiet.past(at)
    if begin > at:  # their day begins with it, and the delays with their day
        return [Planned(way, begin + delay) for way, delay in delays]
    return [Planned(way, quiet.past(at + delay)) for way, delay in delays]


def passes_quiet(urgency: str, severity: int | None) -> bool:
    """Whether it may wake somebody. A page that names no severity might be of the worst."""
    if urgency == HIGH:
        return severity is None or severity <= MILDEST_THAT_WAKES
    if urgency == LOW:
        return severity is not None and severity <= MILDEST_THAT_WAKES
    return urgency == CHECK


def next_untried(urgency: str, ways: Sequence[Way], tried: set[int]) -> Way | None:
    """The method to take when none of those planned is left. A check was for one method alone."""
    left = [way for way in ways if way.method not in tried]
    return None if urgency == CHECK or not left else _preferred(urgency, left)


def _delays(urgency: str, ways: Sequence[Way]) -> list[tuple[Way, timedelta]]:
    if not ways:
        return []
    if urgency not in PAGES:
        return [(_preferred(urgency, ways), timedelta(0))]
    ruled = [(way, timedelta(seconds=way.delay)) for way in ways if way.delay is not None]
    return sorted(ruled, key=lambda each: each[1]) or [(way, SPACING * n) for n, way in enumerate(ways)]


def _preferred(urgency: str, ways: Sequence[Way]) -> Way:
    return next((way for way in ways if not way.loud), ways[0]) if urgency == NOTICE else ways[0]
