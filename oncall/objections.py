"""What speaks against putting somebody on duty: they are away, on duty elsewhere, not cleared, not reachable, or would
not get their rest. Each can be overruled, by somebody who is named with it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Clearance, User
from oncall import strain, words
from oncall.models import DutyName, RequiredSkill, Roster, TimeOff
from oncall.rota import schedule
from oncall.rotation import openings
from oncall.spans import Span, overlap, union


@dataclass(frozen=True, slots=True)
class Objection:
    """`code` is what is kept of it, `words` is the sentence for whoever decides."""

    code: str
    words: str


def against(
    person: User, *, roster: Roster, span: Span, at: datetime, given_up: Iterable[strain.Given] = ()
) -> list[Objection]:
    """Everything that speaks against `person` being on duty on `roster` during `span`, when somebody else takes what is
    `given_up` for it."""
    return by_person([person], roster=roster, span=span, at=at, given_up=given_up)[person.pk]


def by_person(
    people: Collection[User],
    *,
    roster: Roster,
    span: Span,
    at: datetime,
    given_up: Iterable[strain.Given] = (),
) -> dict[int, list[Objection]]:
    """The same for each of them, by id. Seventeen queries however many people and rosters."""
    ids = [person.pk for person in people]
    reachable = set(User.objects.reachable().filter(pk__in=ids).values_list("pk", flat=True))
    away, elsewhere = _away(ids, span), _elsewhere(ids, span)
    asked = _asked_clearances(roster, span)
    held = _held_clearances(ids, (max(span[0], at), span[1])) if asked else {}
    unrested = strain.added(ids, roster=roster, span=span, at=at, given_up=given_up)
    found: dict[int, list[Objection]] = {}
    for person in people:
        found[person.pk] = mine = []
        if person.pk not in reachable:
            mine.append(_objection("unreachable", _("No verified way to reach %(name)s."), person))
        if person.pk in away:
            mine.append(_objection("away", _("%(name)s is away then."), person))
        for other, duties in elsewhere.get(person.pk, ()):
            said = _("%(name)s is on another duty then: %(roster)s, %(duties)s.")
            mine.append(_objection("elsewhere", said, person, roster=other.name, duties=_together(duties)))
        for code in sorted(asked - held.get(person.pk, set())):
            said = _("%(name)s lacks a clearance that this roster asks for: %(clearance)s.")
            mine.append(_objection(f"lacks:{code}", said, person, clearance=_clearance(code)))
        for breach in unrested.get(person.pk, ()):
            told = words.strain(breach.kind, breach.have, breach.need)
            mine.append(_objection(f"rest:{breach.kind}", _("%(name)s: %(rule)s."), person, rule=told))
    return found


def _objection(code: str, said: str, person: User, **told: str) -> Objection:
    return Objection(code, said % ({"name": person.name} | told))


def _clearance(code: str) -> str:
    return str(dict(Clearance.Kind.choices).get(code, code))


def _away(ids: list[int], span: Span) -> set[int]:
    found = TimeOff.objects.filter(person__in=ids, starts_at__lt=span[1], ends_at__gt=span[0])
    return set(found.filter(Q(ended_at=None) | Q(ended_at__gt=span[0])).values_list("person_id", flat=True))


def _together(duties: Collection[str]) -> str:
    """`primary and secondary`, in the order of the duties."""
    return words.together([str(name.label).lower() for name in DutyName if name in duties])


def _elsewhere(ids: list[int], span: Span) -> dict[int, list[tuple[Roster, set[str]]]]:
    """By person, the paged rosters that have them on duty at some time within `span`, and on which duties."""
    rosters = Roster.objects.of_people(ids).filter(is_paged=True)
    rules = rosters.rules(span)
    found: dict[int, list[tuple[Roster, set[str]]]] = {}
    for roster in rosters:
        on: dict[int, set[str]] = {}
        for shift in schedule(rules[roster.pk], *span).shifts:
            for person in shift.people:
                on.setdefault(person, set()).add(shift.duty)
        for person in on.keys() & set(ids):
            found.setdefault(person, []).append((roster, on[person]))
    return found


def _asked_clearances(roster: Roster, span: Span) -> set[str]:
    """What the roster asks for at some time within `span`."""
    skills = roster.required_skills.filter(kind=RequiredSkill.Kind.CLEARANCE)
    return {skill.code for skill in skills if _is_asked(skill, roster, span)}


def _is_asked(skill: RequiredSkill, roster: Roster, span: Span) -> bool:
    window = skill.rule().window
    return window is None or any(overlap(union(openings(window, roster.tz, span)), span))


def _held_clearances(ids: list[int], span: Span) -> dict[int, set[str]]:
    """By person, the clearances that hold through all of `span`."""
    held = Clearance.objects.filter(person__in=ids, valid_from__lte=span[0])
    found: dict[int, set[str]] = {}
    for person, kind in held.filter(Q(valid_until=None) | Q(valid_until__gte=span[1])).values_list(
        "person_id", "kind"
    ):
        found.setdefault(person, set()).add(kind)
    return found
