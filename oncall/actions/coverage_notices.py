"""Telling a roster's owner what is wrong ahead: 30 and 7 days, 72 and 24 hours before, each thing once at each.

What was told is kept as rows and matched by time, not by when it begins: a hole that has begun begins later at every
look, and one at the edge of the look ends later. Told again is what comes nearer; told afresh what had been mended.
What is missing comes first and is told whole; what is hard on people is cut off where it is much.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import AuditAction, AuditEvent, User
from oncall import findings, problems, words
from oncall.actions.duty_notices import notify
from oncall.models import CoverageNotice, Roster
from oncall.problems import Problem

HORIZONS = (24, 72, 7 * 24, 30 * 24)  # hours
AHEAD = timedelta(hours=HORIZONS[-1])
EVERY = timedelta(minutes=15)
MOST_LINES = 8
SETTING_UP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """A problem with the horizon it is within now, and the nearest one it was told at before."""

    problem: Problem
    horizon: int
    told: int | None
    told_at: datetime | None

    @property
    def is_news(self) -> bool:
        return self.told is None or self.horizon < self.told


@transaction.atomic
def check_next(*, at: datetime) -> Roster | None:
    """Look at the roster that nobody has looked at for longest, and tell its owner what is new; the roster, or None
    when every one was looked at within `EVERY`."""
    due = Roster.objects.filter(Q(watched_at=None) | Q(watched_at__lte=at - EVERY)).exclude(_being_set_up(at))
    locked = due.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("owner")
    roster = locked.order_by(F("watched_at").asc(nulls_first=True), "pk").first()
    if roster is None:
        return None
    seen = _seen(roster, at)
    if news := [it for it in seen if it.is_news]:
        _tell(roster, news, at)
    _keep(roster, seen, at)
    Roster.objects.filter(pk=roster.pk).update(watched_at=at)
    return roster


def _being_set_up(at: datetime) -> Q:
    """Without a layer yet, and made within `SETTING_UP`: whoever makes it knows that nobody is on."""
    made = AuditEvent.objects.filter(action=AuditAction.ROSTER_CREATED, occurred_at__gt=at - SETTING_UP)
    return Q(layers=None, pk__in=made.values("object_id"))


def _seen(roster: Roster, at: datetime) -> list[Seen]:
    found = findings.of_roster(roster, span=(at, at + AHEAD), at=at)
    kept = list(roster.coverage_notices.all())
    return [_matched(problem, kept, at) for problem in problems.of_findings(found)]


def _matched(problem: Problem, kept: Iterable[CoverageNotice], at: datetime) -> Seen:
    same = [
        it
        for it in kept
        if (it.kind, it.duty, it.person_id, it.missing) == problem.sort
        and problem.meets(it.starts_at, it.ends_at)
    ]
    return Seen(
        problem,
        _horizon(problem, at),
        min((it.horizon for it in same), default=None),
        max((it.told_at for it in same), default=None),
    )


def _horizon(problem: Problem, at: datetime) -> int:
    """How near it is. A rest rule that was broken before now is not mended by hurrying: only what is still ahead is
    near."""
    if problem.is_breach and problem.starts_at <= at:
        return HORIZONS[-1]
    hours = (problem.starts_at - at) / timedelta(hours=1)
    return next(it for it in HORIZONS if hours <= it)


def _keep(roster: Roster, seen: Iterable[Seen], at: datetime) -> None:
    """What is wrong now is what is kept, and nothing that was mended."""
    roster.coverage_notices.all().delete()
    CoverageNotice.objects.bulk_create(
        CoverageNotice(
            roster=roster,
            kind=it.problem.kind,
            duty=it.problem.duty,
            person_id=it.problem.person,
            missing=it.problem.missing,
            starts_at=it.problem.starts_at,
            ends_at=it.problem.ends_at,
            horizon=min(it.horizon, it.told or it.horizon),
            told_at=at if it.is_news else it.told_at or at,
        )
        for it in seen
    )


def _tell(roster: Roster, news: list[Seen], at: datetime) -> None:
    """The owner; whoever cannot be reached is not left to find it out: then the manager on duty."""
    for person in (roster.owner, *managers_on_duty(at=at)):
        if _tell_one(person, roster, news, at):
            return


def _tell_one(person: User, roster: Roster, news: list[Seen], at: datetime) -> bool:
    return notify(
        to=person,
        subject=lambda: _subject(roster, news),
        text=lambda: _text(roster, news, person, at),
        key=f"coverage:{roster.pk}:{at.timestamp()}:{person.pk}",
        at=at,
        link_to="coverage_link",
        link_label=lambda: _("Open the roster"),
    )


def managers_on_duty(*, at: datetime) -> list[User]:
    """Whoever is the manager on duty at this moment; nobody, if no roster is that."""
    duties = Roster.objects.filter(is_manager_on_duty=True).on_duty(at=at)
    return [person for those in duties.values() for people in those.values() for person in people]


def _subject(roster: Roster, news: list[Seen]) -> str:
    subject = ngettext(
        "%(roster)s: one thing to mend %(within)s",
        "%(roster)s: %(count)s things to mend %(within)s",
        len(news),
    )
    within = _within(min(it.horizon for it in news))
    return subject % {"roster": roster.name, "count": len(news), "within": within}


def _within(hours: int) -> str:
    return {
        24: _("within a day"),
        72: _("within three days"),
        7 * 24: _("within a week"),
        30 * 24: _("within a month"),
    }[hours]


def _text(roster: Roster, news: list[Seen], reader: User, at: datetime) -> str:
    holes = sum(it.problem.is_hole for it in news)
    shown = max(holes, MOST_LINES)
    lines = [_line(it.problem, reader, at) for it in news[:shown]]
    if (more := len(news) - shown) > 0:
        lines.append(ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more})
    return "\n".join([_("Times are in %(zone)s.") % {"zone": reader.time_zone}, *lines])


def _line(problem: Problem, reader: User, at: datetime) -> str:
    return f"{_when(problem, reader, at)}: {words.problem(problem)}"


def _when(problem: Problem, reader: User, at: datetime) -> str:
    """An edge that is only where the look begins or ends is not told as one."""
    form = pgettext("date format", "D j M, H:i")
    start, end = (
        date_format(localtime(it, reader.zone), form) for it in (problem.starts_at, problem.ends_at)
    )
    is_on, is_open = problem.starts_at == at, problem.ends_at >= at + AHEAD
    if is_on:
        return _("from now on") if is_open else _("now, until %(end)s") % {"end": end}
    return _("from %(start)s on") % {"start": start} if is_open else f"{start} – {end}"
