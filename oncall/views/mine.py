"""What is mine on the rosters: shifts ahead and past, swaps, time off, days at the office."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from oncall import desks, offers
from oncall.actions import office_days as office_actions
from oncall.actions import time_off as actions
from oncall.around import around
from oncall.calendars import week
from oncall.forms.away import OfficeDaysForm, TimeOffForm
from oncall.forms.on_duty import Asked
from oncall.models import OfficeDay, Roster, TimeOff, WorkedShift
from oncall.wallclock import DAY

AHEAD = timedelta(days=56)
BEHIND = timedelta(days=56)
MOST_SHOWN = 12


def shifts(request: PersonRequest) -> HttpResponse:
    return _page(request)


def shifts_link(request: PersonRequest, token: str) -> HttpResponse:
    """Where a notice about shifts leads; the token says which notice, and opens nothing by itself."""
    return redirect("shifts")


def enter_time_off(request: PersonRequest) -> HttpResponse:
    form = TimeOffForm(request.POST, zone=request.user.zone, at=request.subject.at)
    if form.is_valid():
        try:
            actions.enter(
                person=request.user,
                starts_at=form.starts_at,
                ends_at=form.ends_at,
                note=form.cleaned_data["note"],
                by=request.user,
                at=request.subject.at,
            )
            messages.success(
                request, _("Time off entered. Shifts you have then are marked: find somebody for them.")
            )
            return redirect("shifts")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _page(request, time_off_form=form, status=422)


def end_time_off(request: PersonRequest, time_off_id: int) -> HttpResponse:
    time_off = get_object_or_404(TimeOff, pk=time_off_id, person=request.user)
    try:
        actions.end(time_off=time_off, by=request.user, at=request.subject.at)
        messages.success(request, _("Your time off is over. Your shifts are yours again."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("shifts")


def choose_office_days(request: PersonRequest) -> HttpResponse:
    form = OfficeDaysForm(request.POST)
    if not form.is_valid():
        return _page(request, office_form=form, status=422)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    chosen = OfficeDay.objects.filter(person=request.user, on__range=(first, last))
    days = form.ticked(dict(chosen.values_list("on", "site")))
    told = {"first": first, "last": last, "days": days, "by": request.user, "at": request.subject.at}
    office_actions.choose(person=request.user, **told)
    messages.success(request, _("Saved. Colleagues see on the calendar when you come in."))
    return redirect("shifts")


def _page(
    request: PersonRequest,
    *,
    time_off_form: TimeOffForm | None = None,
    office_form: OfficeDaysForm | None = None,
    status: int = 200,
) -> HttpResponse:
    at, me = request.subject.at, request.user
    today = at.astimezone(me.zone).date()
    # From the start of this week on, for the days at the office; what is over of it is not listed.
    lanes = Roster.objects.of_person(me.pk).lanes(
        span=(week(today, me.zone).starts_at - 2 * DAY, at + AHEAD), at=at
    )
    paged = [lane for lane in lanes if lane.roster.is_paged]
    mine = [(lane, it) for lane in paged for it in lane.stints if it.ends_at > at and it.concerns(me.pk)]
    mine.sort(key=lambda it: it[1].starts_at)
    worked = WorkedShift.objects.filter(person=me, ends_at__gt=at - BEHIND).select_related("roster")
    context: dict[str, Any] = {
        "asked": Asked(today=today, on=today, view="mine"),
        "ahead": mine[:MOST_SHOWN],
        "more": len(mine) - MOST_SHOWN,
        "at_work": desks.next_at_work(lanes, me.pk, at=at),
        "worked": worked.order_by("-starts_at"),
        "offers": offers.of_person(me, at=at),
        "time_off": TimeOff.objects.filter(person=me, ends_at__gt=at, ended_at=None),
        "time_off_form": time_off_form or TimeOffForm(zone=me.zone, at=at),
        "weeks": desks.weeks(me, today, around([me], *desks.edges(today)), lanes),
        "office_form": office_form or _office_form(request, today),
    }
    return render(request, "oncall/shifts.html", context, status=status)


def _office_form(request: PersonRequest, today: Any) -> OfficeDaysForm:
    first, last = desks.edges(today)
    initial = {"first": first, "last": last, "site": request.user.site}
    return OfficeDaysForm(initial=initial, auto_id="office_%s")
