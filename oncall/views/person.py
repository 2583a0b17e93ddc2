"""One person's month: their shifts on every roster, time off, days at the office, and the holidays of their site."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.models import User
from accounts.requests import PersonRequest
from oncall import agenda, calendars
from oncall.around import around
from oncall.forms.on_duty import asked
from oncall.models import Roster
from oncall.people import known_on_duty
from oncall.views.on_duty import MARGIN


def person(request: PersonRequest, person_id: int) -> HttpResponse:
    at = request.subject.at
    shown = get_object_or_404(
        User.objects.marked_reachable().filter(pk__in=known_on_duty(at=at)), pk=person_id
    )
    today = at.astimezone(request.user.zone).date()
    question = asked({"view": "month", "on": request.GET.get("on", "")}, today=today, rosters=())
    period = calendars.month(question.on, request.user.zone)
    rosters = Roster.objects.of_person(shown.pk)
    lanes = rosters.lanes(span=(period.starts_at, period.ends_at), at=at, margin=MARGIN)
    plans = agenda.day_plans(
        agenda.of_person(lanes, period, shown.pk),
        period,
        at=at,
        person_id=shown.pk,
        only_mine=True,
        around=around([shown], period.days[0].on, period.days[-1].on),
    )
    context = {"shown": shown, "asked": question, "period": period, "plans": plans}
    return render(request, "oncall/person.html", context)
