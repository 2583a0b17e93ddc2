"""Handing over at the end of a duty, and accepting it at the start of one."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from oncall import handoffs
from oncall.actions import handovers as actions
from oncall.forms.handovers import HandoverForm
from oncall.models import Handover

MOST_SHOWN = 20


def handovers(request: PersonRequest) -> HttpResponse:
    at = request.subject.at
    found = handoffs.of_person(request.user, at=at)
    form = HandoverForm(request.POST or None, handoffs=found, given=handoffs.given(request.user, found))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.offer(**form.handover(), by=request.user, at=at)
        except Refused as refusal:
            form.add_error("to", str(refusal))
        else:
            words = _("%(name)s is asked to accept it. Until then you keep what is open.")
            messages.success(request, words % {"name": made.taker.name})
            return redirect("handovers")
    mine = Handover.objects.of_person(request.user.pk)
    waiting = [*handoffs.to_stand_in(request.user, at=at), *mine.unsettled()[:MOST_SHOWN]]
    past = mine.exclude(pk__in=[it.pk for it in waiting])[:MOST_SHOWN]
    context = {"form": form, "waiting": waiting, "past": past}
    return render(request, "oncall/handovers.html", context, status=422 if form.errors else 200)


def accept_handover(request: PersonRequest, handover_id: int) -> HttpResponse:
    handover = get_object_or_404(Handover.objects.with_names(), pk=handover_id)
    if not actions.may_accept(handover, request.user, at=request.subject.at):
        handover = get_object_or_404(Handover.objects.of_person(request.user.pk), pk=handover_id)
    try:
        actions.accept(handover=handover, by=request.user, at=request.subject.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _accepted(handover, request.subject.at))
    return redirect("handovers")


def _accepted(handover: Handover, at: datetime) -> str:
    """Accepted before the handoff, what is open stays with the giver until then."""
    if handover.handoff_at <= at:
        return _("Accepted. What was open is yours now.")
    time = date_format(localtime(handover.handoff_at), pgettext("date format", "D j M, H:i"))
    return _("Accepted. What is open is yours from %(time)s, when your duty begins.") % {"time": time}
