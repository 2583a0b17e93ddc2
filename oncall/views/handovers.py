"""Handing over at the end of a duty, and accepting it at the start of one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from oncall import handoffs
from oncall.actions import handovers as actions
from oncall.forms.handovers import HandoverForm
from oncall.models import Handover

MOST_SHOWN = 20


def handovers(request: PersonRequest) -> HttpResponse:
    at = request.subject.at
    form = HandoverForm(request.POST or None, handoffs=handoffs.of_person(request.user, at=at))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.offer(**form.handover(), by=request.user, at=at)
        except Refused as refusal:
            form.add_error("to", str(refusal))
        else:
            words = _("%(name)s is asked to accept it. Until then you keep what is open.")
            messages.success(request, words % {"name": made.taker.name})
            return redirect("handovers")
    waiting = [*handoffs.to_stand_in(request.user, at=at), *Handover.objects.open_of(request.user.pk, at=at)]
    mine = Handover.objects.of_person(request.user.pk).exclude(pk__in=[it.pk for it in waiting])
    context = {"form": form, "waiting": waiting, "past": mine[:MOST_SHOWN]}
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
        messages.success(request, _("Accepted. What was open is yours now."))
    return redirect("handovers")
