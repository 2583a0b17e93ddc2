"""Where one person's duty ends and others' begins: what there is to hand over, and to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q

from accounts.models import User
from oncall import rota
from oncall.models import Handover, Roster
from oncall.querysets import HandoverQuerySet, handovers, members
from oncall.spans import Span, union

# A handover is written on the day of the handoff, and may be late.
AHEAD, BEHIND = timedelta(hours=24), timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Handoff:
    """`giver` is on a duty until `at`; `takers` come on then, or else are on beside them and stay."""

    roster: Roster
    duty: str
    giver: User
    takers: list[User]
    at: datetime


def of_person(person: User, *, at: datetime) -> list[Handoff]:
    """Every handoff of theirs about now, soonest first; none where nobody follows. Five queries."""
    look = at - BEHIND, at + AHEAD
    rosters = Roster.objects.of_person(person.pk).filter(is_paged=True)
    rules = rosters.rules(look)
    named = members(rules.values())
    found: list[Handoff] = []
    for roster in rosters:
        known = rota.schedule(rules[roster.pk], *look, unavailable=named.unreachable)
        for duty in rules[roster.pk].asked(look):
            shifts = known.of_lane(duty, "").shifts
            for end in _ends(shifts, person.pk, look):
                takers = [named.people[one] for one in _following(shifts, end) - {person.pk}]
                if takers:
                    takers.sort(key=lambda it: it.name)
                    found.append(Handoff(roster, duty, person, takers, end))
    return sorted(found, key=lambda it: (it.at, it.roster.name, it.duty))


def given(person: User, found: Sequence[Handoff]) -> set[tuple[int, str, datetime]]:
    """Roster, duty and instant of those that this person has handed over already, accepted or not. One query."""
    mine = Handover.objects.filter(giver=person, handoff_at__in={it.at for it in found})
    return set(mine.values_list("roster", "duty", "handoff_at"))


def to_stand_in(person: User, *, at: datetime) -> HandoverQuerySet:
    """What nobody has accepted of a duty that this person is on now in another's place. Six queries."""
    rosters = Roster.objects.of_person(person.pk).filter(is_paged=True)
    on = [
        Q(roster=pk, duty=duty)
        for pk, duties in rosters.on_duty(at=at).items()
        for duty, people in duties.items()
        if person in people
    ]
    waiting = Handover.objects.unsettled().filter(handoff_at__lte=at, handoff_at__gt=at - handovers.SHOWN)
    others = waiting.exclude(Q(giver=person) | Q(taker=person)).with_names()
    return others.filter(reduce(or_, on)) if on else others.none()


def _ends(shifts: list[rota.Shift], person: int, look: Span) -> list[datetime]:
    mine = union((it.starts_at, it.ends_at) for it in shifts if person in it.people)
    return [end for _start, end in mine if end < look[1]]


def _following(shifts: list[rota.Shift], at: datetime) -> set[int]:
    """Whoever comes on at this instant; or, if nobody does, whoever is on."""
    before = {one for it in shifts if it.starts_at < at <= it.ends_at for one in it.people}
    on = {one for it in shifts if it.starts_at <= at < it.ends_at for one in it.people}
    return on - before or on
