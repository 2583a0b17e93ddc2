"""What is wrong with a roster ahead: one answer for the roster's page, the preview before saving, and the notices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import Clearance, User
from oncall import rota
from oncall.cover import known_schedule
from oncall.coverage import Hole, Needs, holes
from oncall.models import Roster
from oncall.querysets import Members, members
from oncall.spans import Span


@dataclass(frozen=True, slots=True)
class Findings:
    """A roster over a span: its final schedule, the holes in it, and everybody named in it."""

    schedule: rota.Schedule
    holes: list[Hole]
    members: Members


def of_roster(roster: Roster, *, span: Span, at: datetime, rules: rota.Rota | None = None) -> Findings:
    """`rules` in place of the roster's own: an edit that is not saved yet."""
    core = rules or Roster.objects.filter(pk=roster.pk).rules(span)[roster.pk]
    named = members([core])
    known = known_schedule(core, span, at=at, unavailable=named.unreachable)
    skills = skills_of(named.people.values(), at=at)
    return Findings(known, holes(core, known, span, needs_of(roster), skills=skills), named)


def needs_of(roster: Roster) -> Needs:
    return Needs(depth=roster.depth, skills=tuple(skill.rule() for skill in roster.required_skills.all()))


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
