"""Who is on duty: now and next, a week as lanes, a month as a calendar."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import PersonRequest
from oncall import agenda, calendars
from oncall.forms.on_duty import Asked, asked
from oncall.models import Roster
from oncall.querysets import Lane, RosterQuerySet

# How far "now and next" looks, and how far a calendar looks beyond its edges for where a shift really begins.
OUTLOOK = timedelta(days=28)
MARGIN = timedelta(days=8)


def on_duty(request: PersonRequest) -> HttpResponse:
    """One page, three views of it; the address says which (see `oncall.forms.on_duty`)."""
    at = request.subject.at
    rosters = list(Roster.objects.order_by("-is_paged", "is_manager_on_duty", "name"))
    question = asked(
        request.GET,
        today=at.astimezone(request.user.zone).date(),
        rosters={roster.slug for roster in rosters},
    )
    chosen = Roster.objects.filter(slug=question.roster) if question.roster else Roster.objects.all()
    show = _now if question.view == "now" else _calendar
    context = {"asked": question, "rosters": rosters} | show(request, question, chosen)
    return render(request, f"oncall/{question.view}.html", context)


def _now(request: PersonRequest, question: Asked, rosters: RosterQuerySet) -> dict[str, Any]:
    at = request.subject.at
    # A working day that ended this morning still says who is at work today.
    lanes = rosters.lanes(span=(at, at + OUTLOOK), at=at, margin=calendars.DAY)
    return {"groups": _by_roster(lanes), "horizon": at + OUTLOOK}


def _calendar(request: PersonRequest, question: Asked, rosters: RosterQuerySet) -> dict[str, Any]:
    at, me = request.subject.at, request.subject.person_id
    unit = calendars.week if question.view == "week" else calendars.month
    period = unit(question.on, request.user.zone)
    lanes = rosters.lanes(span=(period.starts_at, period.ends_at), at=at, margin=MARGIN)
    if question.only_mine:
        lanes = agenda.of_person(lanes, period, me)
    plans = agenda.day_plans(lanes, period, at=at, person_id=me, only_mine=question.only_mine)
    return {"period": period, "groups": _by_roster(lanes), "plans": plans}


def _by_roster(lanes: list[Lane]) -> list[list[Lane]]:
    """The lanes of each roster together, in the order given."""
    groups: dict[int, list[Lane]] = {}
    for lane in lanes:
        groups.setdefault(lane.roster.pk, []).append(lane)
    return list(groups.values())
