"""What a schedule asks of people across all the rosters they are on: their rest, and being on duty in two places.

Rows into `resting`, which has the rules. What was before the span counts too: a tenth day in a row is the tenth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from accounts.models import User
from oncall import resting, rota, site_holidays
from oncall.cover import known_schedule
from oncall.models import HandledPage, Roster
from oncall.querysets import members
from oncall.resting import Breach, Double, Load, Post
from oncall.spans import Span, minus, union

# Three holidays in a row may be five months apart; everything else is settled within two weeks.
LOOK_BACK = timedelta(days=160)
PAGES_BACK = timedelta(days=15)
LOOK_AHEAD = timedelta(days=15)

Planned = Sequence[tuple[Roster, rota.Schedule]]
Given = tuple[Roster, Span]


@dataclass(frozen=True, slots=True)
class Strain:
    """Of the people of one roster's schedule: rest rules not kept while they are on it, and where they are on duty on
    it and elsewhere at once."""

    breaches: list[Breach]
    doubles: list[Double]


def of_schedules(planned: Planned, *, span: Span, at: datetime) -> list[Strain]:
    """One for each of the final schedules over `span`, which need not be saved yet. Seven queries."""
    on = [_held(schedule) for _roster, schedule in planned]
    people = {person for held in on for person in held}
    loads = loads_of(people, span=span, at=at, planned=planned)
    breaches = [it for it in resting.breaches(loads) if it.ends_at > span[0]]
    doubles = [double for load in loads for double in resting.doubles(load) if double.ends_at > span[0]]
    return [
        Strain(
            [it for it in breaches if _meets(held.get(it.person, ()), (it.starts_at, it.ends_at))],
            [it for it in doubles if any(roster.name == name for name, _duty in it.posts)],
        )
        for (roster, _schedule), held in zip(planned, on, strict=True)
    ]


def added(
    people: Iterable[int], *, roster: Roster, span: Span, at: datetime, given_up: Iterable[Given] = ()
) -> dict[int, list[Breach]]:
    """By person, the rest rules that would no longer be kept with `span` on the roster beside what they have, less what
    is `given_up` for it, each on its own roster. Seven queries."""
    duties: dict[str, list[Span]] = defaultdict(list)
    presence: list[Span] = []
    for other, part in given_up:
        (duties[other.name] if other.is_paged else presence).append(part)
    found: dict[int, list[Breach]] = {}
    for load in loads_of(people, span=(span[0], span[1] + LOOK_AHEAD), at=at):
        kept = [(post, part) for post, held in load.on_call for part in minus(held, union(duties[post[0]]))]
        work = [part for held in load.work for part in minus(held, union(presence))]
        if roster.is_paged:
            kept.append(((roster.name, ""), span))
        else:
            work = union([*work, span])
        before, after = resting.breaches([load]), resting.breaches([replace(load, on_call=kept, work=work)])
        found[load.person] = [
            it for it in after if it not in before and _meets([span], (it.starts_at, it.ends_at))
        ]
    return found


def loads_of(people: Iterable[int], *, span: Span, at: datetime, planned: Planned = ()) -> list[Load]:
    """What each of these people has until the end of `span`: on the rosters `planned` as that says, on all others by
    their own rules. Seven queries."""
    wanted = set(people)
    if not wanted:
        return []
    work: dict[int, list[Span]] = defaultdict(list)
    on_call: dict[int, dict[Post, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for roster, schedule in _schedules(wanted, span, at, planned):
        for shift in schedule.shifts:
            for person in wanted.intersection(shift.people):
                held = (shift.starts_at, shift.ends_at)
                if roster.is_paged:
                    on_call[person][roster.name, shift.duty].append(held)
                else:
                    work[person].append(held)
    pages = _pages(wanted, (span[0] - PAGES_BACK, span[1]))
    return [
        _load(person, span, union(work[person.pk]), on_call[person.pk], pages[person.pk])
        for person in User.objects.filter(pk__in=wanted).order_by("pk")
    ]


def _schedules(
    people: set[int], span: Span, at: datetime, planned: Planned
) -> Iterable[tuple[Roster, rota.Schedule]]:
    """Every roster these people are on, before the span as it was and within it as it is to be."""
    look = span[0] - LOOK_BACK, span[1]
    theirs = Roster.objects.of_people(people)
    rules = theirs.rules(look)
    unreachable = members(rules.values()).unreachable
    ahead = {roster.pk for roster, _schedule in planned}
    yield from planned
    for roster in theirs:
        yield roster, rota.schedule(rules[roster.pk], look[0], span[0])
        if roster.pk not in ahead:
            yield roster, known_schedule(rules[roster.pk], span, at=at, unavailable=unreachable)


def _load(
    person: User, span: Span, work: list[Span], on_call: dict[Post, list[Span]], pages: list[Span]
) -> Load:
    look = span[0] - LOOK_BACK, span[1]
    return Load(
        person=person.pk,
        zone=person.zone,
        rules=resting.rules_of(person.site),
        work=work,
        on_call=[(post, held) for post, spans in sorted(on_call.items()) for held in union(spans)],
        pages=pages,
        holidays=site_holidays.dates_within(person.site, person.zone, look),
    )


def _pages(people: Iterable[int], span: Span) -> dict[int, list[Span]]:
    handled = HandledPage.objects.filter(person__in=people, at__gte=span[0], at__lt=span[1])
    found: dict[int, list[Span]] = defaultdict(list)
    for person, at, minutes in handled.values_list("person_id", "at", "minutes"):
        found[person].append((at - timedelta(minutes=minutes), at))
    return found


def _held(schedule: rota.Schedule) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for shift in schedule.shifts:
        for person in shift.people:
            found[person].append((shift.starts_at, shift.ends_at))
    return found


def _meets(spans: Iterable[Span], span: Span) -> bool:
    return any(start < span[1] and end > span[0] for start, end in spans)
