"""Whether a roster gets what it asks for, over any days up to a year: how much of the time, and every hole."""

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.requests import PersonRequest
from oncall import outlook
from oncall.calendars import MIDNIGHT
from oncall.forms.rosters import WindowForm
from oncall.models import Roster
from oncall.spans import Span
from oncall.views.rosters import saved
from oncall.wallclock import instant

A_PAGE = 100
USUAL = timedelta(days=29)
# Weeks are painted with names up to here; a longer look is painted month by month, holes alone.
MOST_WEEKS = timedelta(days=36)


def coverage(request: PersonRequest, roster_id: int) -> HttpResponse:
    found, today = saved(roster_id), request.subject.at.astimezone(request.user.zone).date()
    usual = {"since": today.isoformat(), "until": (today + USUAL).isoformat()}
    form = WindowForm(usual | {name: request.GET[name] for name in usual if request.GET.get(name)})
    since, until = form.days or (today, today + USUAL)
    first, after = (instant(day, MIDNIGHT, request.user.zone) for day in (since, until + timedelta(days=1)))
    context = {"roster": found, "form": form, "shortcuts": _shortcuts(today)} | _look(
        request, found, (first, after)
    )
    return render(request, "oncall/rosters/coverage.html", context, status=422 if form.errors else 200)


def _look(request: PersonRequest, roster: Roster, span: Span) -> dict[str, Any]:
    at, zone = request.subject.at, request.user.zone
    ahead = outlook.of_roster(roster, span=span, at=at, zone=zone)
    kind = request.GET.get("kind", "")
    lines = [line for line in ahead.lines if kind not in outlook.KINDS or line.kind == kind]
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    counts = [(kind, sum(line.kind == kind for line in ahead.lines)) for kind in outlook.KINDS]
    is_long = span[1] - span[0] > MOST_WEEKS
    return {
        "ahead": ahead,
        "kind": kind if kind in outlook.KINDS else "",
        "counts": counts,
        "page": page,
        "months": outlook.months(span, zone) if is_long else [],
    }


def _shortcuts(today: date) -> list[dict[str, str]]:
    """The looks people mostly take, as the address asks for them."""
    looks = [
        (_("Next 30 days"), 0, 29),
        (_("Next 90 days"), 0, 89),
        (_("Next year"), 0, 364),
        (_("Last 30 days"), -30, -1),
    ]
    return [
        {
            "label": label,
            "since": (today + timedelta(days=first)).isoformat(),
            "until": (today + timedelta(days=last)).isoformat(),
        }
        for label, first, last in looks
    ]
