"""What speaks against putting somebody on duty: they are away, on duty elsewhere, not cleared, not reachable. Each can
be overruled, by somebody who is named with it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from oncall.models import Roster
from oncall.rota import schedule
from oncall.spans import Span


@dataclass(frozen=True, slots=True)
class Objection:
    """`code` is what is kept of it, `words` is the sentence for whoever decides."""

    code: str
    words: str


def against(person: User, *, roster: Roster, span: Span, at: datetime) -> list[Objection]:
    """Everything that speaks against `person` being on duty on `roster` during `span`."""
    found = []
    if not User.objects.reachable().filter(pk=person.pk).exists():
        found.append(
            Objection("unreachable", _("No verified way to reach %(name)s.") % {"name": person.name})
        )
    if _is_away(person, span):
        found.append(Objection("away", _("%(name)s is away then.") % {"name": person.name}))
    found += [
        Objection(
            "elsewhere",
            _("%(name)s is on duty on %(roster)s then.") % {"name": person.name, "roster": other.name},
        )
        for other in _elsewhere(person, span)
    ]
    missing = sorted(_required_clearances(roster) - person.subject(at=at).clearances)
    found += [
        Objection(
            f"lacks:{code}",
            _("%(name)s lacks the clearance %(code)s that this roster asks for.")
            % {"name": person.name, "code": code},
        )
        for code in missing
    ]
    return found


def _is_away(person: User, span: Span) -> bool:
    ahead = person.time_off.filter(starts_at__lt=span[1], ends_at__gt=span[0])
    return ahead.filter(Q(ended_at=None) | Q(ended_at__gt=span[0])).exists()


def _elsewhere(person: User, span: Span) -> list[Roster]:
    """The paged rosters that have this person on duty at some time within `span`."""
    rosters = Roster.objects.of_person(person.pk).filter(is_paged=True)
    rules = rosters.rules(span)
    return [
        roster
        for roster in rosters
        if any(person.pk in shift.people for shift in schedule(rules[roster.pk], *span).shifts)
    ]


def _required_clearances(roster: Roster) -> set[str]:
    return {skill.code for skill in roster.required_skills.all() if skill.kind == "clearance"}
