"""What is wrong with a roster ahead: one answer for the roster's page, the preview before saving, and the notices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from accounts.models import Clearance, User
from oncall import rota
from oncall.cover import known_schedule
from oncall.coverage import Hole, Needs, Requirement, holes
from oncall.models import Roster
from oncall.querysets import Members, RosterQuerySet, members
from oncall.spans import Span, overlap, union


@dataclass(frozen=True, slots=True)
class Findings:
    """A roster over a span: its final schedule, the holes in it, and everybody named in it."""

    schedule: rota.Schedule
    holes: list[Hole]
    members: Members


def of_roster(
    roster: Roster,
    *,
    span: Span,
    at: datetime,
    rules: rota.Rota | None = None,
    required: Sequence[Requirement] | None = None,
) -> Findings:
    """`rules` and `required` skills in place of the roster's own: an edit that is not saved yet."""
    core = rules or Roster.objects.filter(pk=roster.pk).rules(span)[roster.pk]
    named = members([core])
    skills = skills_of(named.people.values(), at=at)
    return _found(roster, core, named, skills, span=span, at=at, required=required)


def of_rosters(rosters: RosterQuerySet, *, span: Span, at: datetime) -> dict[int, Findings]:
    """The same for many, by roster id. Nine queries, however many there are."""
    rules = rosters.rules(span)
    named = members(rules.values())
    skills = skills_of(named.people.values(), at=at)
    return {
        roster.pk: _found(roster, rules[roster.pk], named, skills, span=span, at=at)
        for roster in rosters.prefetch_related("required_skills")
    }


def needs_of(roster: Roster, required: Sequence[Requirement] | None = None) -> Needs:
    if required is None:
        required = [skill.rule() for skill in roster.required_skills.all()]
    return Needs(depth=roster.depth, skills=tuple(required))


def _found(
    roster: Roster,
    core: rota.Rota,
    named: Members,
    skills: Mapping[int, AbstractSet[str]],
    *,
    span: Span,
    at: datetime,
    required: Sequence[Requirement] | None = None,
) -> Findings:
    known = known_schedule(core, span, at=at, unavailable=named.unreachable)
    found = holes(core, known, span, needs_of(roster, required), skills=skills)
    return Findings(known, found if roster.is_paged else list(_of_presence(found, known)), named)


def _of_presence(found: Iterable[Hole], known: rota.Schedule) -> Iterator[Hole]:
    """A roster that nobody is paged by asks for somebody only while a layer of it is on: a gap in it is an hour at
    which somebody should be there and is not."""
    for hole in found:
        if hole.kind != "gap":
            yield hole
            continue
        missed = union((it.starts_at, it.ends_at) for it in known.of_lane(hole.duty, "").empty)
        for start, end in overlap(missed, (hole.starts_at, hole.ends_at)):
            yield replace(hole, starts_at=start, ends_at=end)


def skills_of(people: Iterable[User], *, at: datetime) -> dict[int, set[str]]:
    """What each person can be asked for: the languages they work in and the clearances they hold at `at`. One query."""
    people = list(people)
    found: dict[int, set[str]] = defaultdict(set)
    for person in people:
        found[person.pk] |= {f"language:{code}" for code in person.languages}
    held = Clearance.objects.filter(person__in=people, valid_from__lte=at)
    for person_id, kind in held.filter(Q(valid_until=None) | Q(valid_until__gt=at)).values_list(
        "person_id", "kind"
    ):
        found[person_id].add(f"clearance:{kind}")
    return found
