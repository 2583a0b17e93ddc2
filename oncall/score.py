"""How much of what a roster asks for it gets: hours of each duty that are short of something, each hour counted once.

Pure. Hours that are short in two ways are short once, so overlapping holes hide nothing and weigh nothing twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from oncall.coverage import Hole
from oncall.layers import Duty
from oncall.rota import Empty, Rota, Schedule, Shift
from oncall.spans import Span, union
from oncall.wallclock import ZERO


@dataclass(frozen=True, slots=True)
class Share:
    """Of one duty: the time in which somebody is `asked` for, how long it is short of something, and of what."""

    duty: Duty
    asked: timedelta
    short: timedelta
    gap: timedelta
    thin: timedelta
    unskilled: timedelta

    @property
    def covered(self) -> int | None:
        """Parts in a thousand, rounded down: 1000 means never short. None where nothing is asked."""
        return (self.asked - self.short) * 1000 // self.asked if self.asked else None


def shares(
    rota: Rota, span: Span, schedule: Schedule, holes: Iterable[Hole], *, is_paged: bool
) -> list[Share]:
    """One for each duty. A roster that pages nobody asks for people only while a layer of it is on."""
    holes = list(holes)
    own = rota.within(span)
    found = []
    for duty, spans in rota.asked(own).items() if own[0] < own[1] else ():
        asked = spans if is_paged else _on(schedule, duty)
        mine = [it for it in holes if it.duty == duty]
        lengths = {
            kind: _length((it.starts_at, it.ends_at) for it in mine if it.kind == kind)
            for kind in ("gap", "thin", "unskilled")
        }
        short = _length((it.starts_at, it.ends_at) for it in mine)
        found.append(Share(duty, _length(asked), short, **lengths))
    return found


def _on(schedule: Schedule, duty: Duty) -> list[Span]:
    told = schedule.of_lane(duty, "")
    on: list[Shift | Empty] = [*told.shifts, *told.empty]
    return [(it.starts_at, it.ends_at) for it in on]


def _length(spans: Iterable[Span]) -> timedelta:
    return sum((end - start for start, end in union(spans)), ZERO)
