"""What is wrong with a roster ahead: one answer for the roster's page, the preview before saving, and the notices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter

from django.db.models import Q

from accounts.models import Clearance, User
from oncall import rota, site_holidays, strain
from oncall.cover import known_schedule
from oncall.coverage import Hole, Needs, Requirement, holes, of_presence
from oncall.models import Roster
from oncall.querysets import Members, RosterQuerySet, members
from oncall.resting import Breach, Double
from oncall.spans import Span


@dataclass(frozen=True, slots=True)
class Findings:
    """A roster over a span: its final schedule, the holes in it, everybody named in it, the rest rules not kept while
    somebody is on it, and who is on duty on it and elsewhere at once."""

    schedule: rota.Schedule
    holes: list[Hole]
    members: Members
    breaches: list[Breach] = field(default_factory=list)
    doubles: list[Double] = field(default_factory=list)

    @property
    def unreachable(self) -> list[User]:
        """Those whose shifts stay empty because nothing would reach them, by name."""
        missed = {it.person for it in self.schedule.empty if it.reason == "unreachable"}
        return sorted((self.members.people[one] for one in missed), key=attrgetter("name"))


def of_roster(
    roster: Roster,
    *,
    span: Span,
    at: datetime,
    rules: rota.Rota | None = None,
    required: Sequence[Requirement] | None = None,
) -> Findings:
    """`rules` and `required` skills in place of the roster's own: an edit that is not saved yet. Thirteen queries."""
    core = rules or Roster.objects.filter(pk=roster.pk).rules(span)[roster.pk]
    named = members([core])
    skills = skills_of(named.people.values(), at=at)
    found = _found(roster, core, named, skills, span=span, at=at, required=required)
    return _strained([(roster, found)], span=span, at=at)[0]


def of_rosters(rosters: RosterQuerySet, *, span: Span, at: datetime) -> dict[int, Findings]:
    """The same for many, by roster id. Fourteen queries, however many there are."""
    rules = rosters.rules(span)
    named = members(rules.values())
    skills = skills_of(named.people.values(), at=at)
    found = [
        (roster, _found(roster, rules[roster.pk], named, skills, span=span, at=at))
        for roster in rosters.prefetch_related("required_skills")
    ]
    told = _strained(found, span=span, at=at)
    return {roster.pk: it for (roster, _before), it in zip(found, told, strict=True)}


def needs_of(roster: Roster, span: Span, required: Sequence[Requirement] | None = None) -> Needs:
    """What the roster asks for within `span`: on the public holidays of its site perhaps another depth."""
    if required is None:
        required = [skill.rule() for skill in roster.required_skills.all()]
    depths = site_holidays.depths(roster.holiday_site, roster.holiday_depth, roster.tz, span)
    return Needs(depth=roster.depth, depths=depths, skills=tuple(required))


def _strained(found: Sequence[tuple[Roster, Findings]], *, span: Span, at: datetime) -> list[Findings]:
    """With what the schedules ask of people across all their rosters."""
    planned = [(roster, it.schedule) for roster, it in found]
    strains = strain.of_schedules(planned, span=span, at=at)
    return [
        replace(it, breaches=on_it.breaches, doubles=on_it.doubles)
        for (_roster, it), on_it in zip(found, strains, strict=True)
    ]


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
    found = holes(core, known, span, needs_of(roster, span, required), skills=skills)
    return Findings(known, found if roster.is_paged else of_presence(found, known), named)


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
