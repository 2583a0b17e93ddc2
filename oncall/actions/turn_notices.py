"""Telling people that they come on duty and go off it, an hour ahead, and that they may start late after a night.

Nothing is kept of it but the messages: each has a key of its own, and a sweep leaves out those that were sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from oncall import resting, rota, strain
from oncall.actions.duty_notices import not_told, notify
from oncall.models import DutyName, HandledPage, Roster
from oncall.nights import is_at_night
from oncall.querysets import members
from oncall.spans import Span, union

LEAD = timedelta(hours=1)
# What the sweeps missed for longer than this is no news any more.
LATE = timedelta(hours=2)
NIGHT_BACK, DAY_AHEAD = timedelta(hours=12), timedelta(hours=24)
# A sweep tells so many and comes again.
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Edge:
    """Somebody comes on a duty, or goes off it."""

    roster: Roster
    duty: str
    person: User
    at: datetime
    comes: bool

    @property
    def key(self) -> str:
        way = "on" if self.comes else "off"
        return f"{way}:{self.roster.pk}:{self.duty}:{self.person.pk}:{int(self.at.timestamp())}"


def tell_turns(*, at: datetime, most: int = MOST_AT_ONCE) -> int:
    """Tell whoever comes on duty or goes off it within `LEAD`; how many were told."""
    due = {edge.key: edge for edge in _edges((at - LATE, at + LEAD + rota.MOMENT))}
    fresh = sorted(not_told(due), key=lambda key: due[key].at)[:most]
    return sum(_tell(due[key], at) for key in fresh)


def tell_late_starts(*, at: datetime, most: int = MOST_AT_ONCE) -> int:
    """Offer a late start to whoever was paged last night and has work ahead; how many were told."""
    nights = HandledPage.objects.filter(at__gt=at - NIGHT_BACK, at__lte=at).select_related("person")
    paged = {it.person_id: it.person for it in nights if is_at_night(it.at, it.person.zone)}
    loads = strain.loads_of(paged, span=(at, at + DAY_AHEAD), at=at)
    due = {
        f"late-start:{it.person}:{int(it.page_ended_at.timestamp())}": it
        for load in loads
        for it in resting.late_starts(load)
        if it.starts_at > at
    }
    fresh = sorted(not_told(due))[:most]
    return sum(_offer(due[key], paged[due[key].person], key, at) for key in fresh)


def _edges(look: Span) -> Iterator[Edge]:
    """Where somebody's time on a duty begins or ends within `look`, whatever layers or overrides it is made of. What
    begins with the look itself began before it."""
    rosters = Roster.objects.filter(is_paged=True)
    rules = rosters.rules(look)
    named = members(rules.values())
    for roster in rosters:
        known = rota.schedule(rules[roster.pk], *look, unavailable=named.unreachable)
        held: dict[tuple[str, int], list[Span]] = {}
        for shift in known.shifts:
            for person in shift.people:
                held.setdefault((shift.duty, person), []).append((shift.starts_at, shift.ends_at))
        for (duty, pk), spans in held.items():
            for start, end in union(spans):
                if start > look[0]:
                    yield Edge(roster, duty, named.people[pk], start, comes=True)
                if end < look[1]:
                    yield Edge(roster, duty, named.people[pk], end, comes=False)


def _tell(edge: Edge, at: datetime) -> bool:
    return notify(
        to=edge.person,
        subject=lambda: _("You come on duty") if edge.comes else _("You go off duty"),
        text=lambda: _turn_words(edge),
        key=edge.key,
        at=at,
    )


def _turn_words(edge: Edge) -> str:
    words = {
        "roster": edge.roster.name,
        "duty": str(DutyName(edge.duty).label).lower(),
        "time": _when(edge.at, edge.person),
    }
    if edge.comes:
        return (
            _("%(roster)s, %(duty)s: you are on duty from %(time)s. Accept the handover, if one waits.")
            % words
        )
    return _("%(roster)s, %(duty)s: you are off duty from %(time)s. Hand over what is open.") % words


def _offer(late: resting.LateStart, person: User, key: str, at: datetime) -> bool:
    return notify(
        to=person,
        subject=lambda: _("You may start late"),
        text=lambda: (
            _("You were paged in the night. Your work begins at %(start)s; you may begin at %(late)s.")
            % {"start": _when(late.starts_at, person), "late": _when(late.offered_at, person)}
        ),
        key=key,
        at=at,
    )


def _when(at: datetime, person: User) -> str:
    """In the person's own zone, with its name: a mail does not say whose clock it means."""
    local = localtime(at, person.zone)
    return f"{date_format(local, pgettext('date format', 'D j M, H:i'))} ({person.time_zone})"
