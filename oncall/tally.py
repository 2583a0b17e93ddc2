"""What somebody worked within a window, added up: shifts, hours, nights, weekends, holidays, pages.

Pure. Nights, weekends and holidays are those of the person's own calendar, each counted once however much of it they
worked; hours are counted once, though somebody was on two duties at a time.
"""

from collections.abc import Hashable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from oncall.nights import dates, is_at_night, nights, weekends
from oncall.spans import Span, overlap, union
from oncall.wallclock import ZERO


@dataclass(frozen=True, slots=True)
class Tally:
    shifts: int = 0
    length: timedelta = ZERO
    nights: int = 0
    weekends: int = 0
    holidays: int = 0
    pages: int = 0
    night_pages: int = 0

    @property
    def hours(self) -> float:
        return self.length / timedelta(hours=1)


def tally(
    worked: Iterable[tuple[Hashable, Span]],
    pages: Iterable[datetime],
    *,
    zone: ZoneInfo,
    holidays: AbstractSet[date],
    window: Span,
) -> Tally:
    """`worked` are spans by duty, of which only what lies in the window counts; those of one duty that touch are one
    shift, as when an override began in the middle of it."""
    duties: dict[Hashable, list[Span]] = {}
    for duty, span in worked:
        duties.setdefault(duty, []).append(span)
    shifts = [it for spans in duties.values() for it in overlap(union(spans), window)]
    once = union(shifts)
    rang = list(pages)
    return Tally(
        shifts=len(shifts),
        length=sum((end - start for start, end in once), ZERO),
        nights=len({night for span in once for night in nights(span, zone)}),
        weekends=len({weekend for span in once for weekend in weekends(span, zone)}),
        holidays=len({day for span in once for day in dates(span, zone)} & holidays),
        pages=len(rang),
        night_pages=sum(is_at_night(at, zone) for at in rang),
    )
