"""Whom an override has to name, so that it reaches what somebody has: overrides act before swaps (docs/rosters.md), so
what came by a swap is reached through whoever had it before.

Pure: no database, no clock.
"""

from collections import defaultdict
from dataclasses import dataclass, replace

from oncall.layers import Duty, Person
from oncall.rota import Held, Override, Rota, held, schedule
from oncall.spans import Span, minus, overlap, union

Hours = dict[tuple[Person, Duty, str], list[Span]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What overrides come to: `hours` of each person on each duty, with why they are not there, or ""."""

    hours: Hours

    def has(self, person: Person | None) -> bool:
        return any(one == person for one, _duty, _absent in self.hours)


def aimed(core: Rota, wanted: Override) -> list[Override]:
    """`wanted` as the overrides that do it, soonest first: where its person holds slots by swaps, one of whoever had
    them before any swap, for that time alone; for the rest of the time one of the person themselves, as far as that
    reaches anything. One that reaches nobody by a swap stays as it is."""
    person, span = wanted.person, (wanted.starts_at, wanted.ends_at)
    seats = [it for it in held(core, *span) if wanted.duty in (None, it.duty)]
    lent = [it for it in seats if person is not None and it.holder == person != it.before]
    if not lent:
        return [wanted]
    by_swap = union((it.starts_at, it.ends_at) for it in lent)
    own = [it for it in seats if it.before == person == it.holder]
    reached = [*lent, *(part for it in own for part in _within(it, by_swap))]
    found = [it for it in _rows(wanted, reached, core) if it.person != it.by]
    theirs = [it for it in seats if person in (it.assigned, it.before)]
    for start, end in minus(span, by_swap):
        if any(it.starts_at < end and start < it.ends_at for it in theirs):
            found.append(replace(wanted, starts_at=start, ends_at=end))
    return sorted(found, key=lambda it: (it.starts_at, it.ends_at))


def outcome(core: Rota, span: Span) -> Outcome:
    """Everybody's hours within the span, those included who are away."""
    known = schedule(core, *span)
    found: Hours = defaultdict(list)
    for shift in known.shifts:
        for person in shift.people:
            found[person, shift.duty, ""].append((shift.starts_at, shift.ends_at))
    for it in known.empty:
        found[it.person, it.duty, it.reason].append((it.starts_at, it.ends_at))
    return Outcome({key: union(spans) for key, spans in found.items()})


def _within(seat: Held, spans: list[Span]) -> list[Held]:
    parts = overlap(spans, (seat.starts_at, seat.ends_at))
    return [seat._replace(starts_at=start, ends_at=end) for start, end in parts]


def _rows(wanted: Override, seats: list[Held], core: Rota) -> list[Override]:
    """One for every longest span in which the same person had something of one duty before swaps. Where the roster has
    several, the duty is named: of another they may have something that is not meant."""
    spans: dict[tuple[Person | None, Duty | None], list[Span]] = defaultdict(list)
    several = len(core.asked((wanted.starts_at, wanted.ends_at))) > 1
    for it in seats:
        spans[it.before, it.duty if several else wanted.duty].append((it.starts_at, it.ends_at))
    return [
        replace(wanted, person=before, duty=duty, starts_at=start, ends_at=end)
        for (before, duty), those in spans.items()
        for start, end in union(those)
    ]
