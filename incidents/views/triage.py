"""Acknowledge, accept, decline, merge: one press each, from the incident's page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from incidents.actions import lifecycle, triage
from incidents.forms.triage import DeclineForm, MergeForm
from incidents.models import Incident
from incidents.views.incident import room


def acknowledge(request: PersonRequest, code: str) -> HttpResponse:
    result = lifecycle.acknowledge(incident=_editable(request, code), by=request.user, at=request.subject.at)
    if result.won:
        messages.success(request, _("Acknowledged. Nobody else will be paged for this."))
    elif result.incident.acknowledged_by:
        messages.info(
            request, _("%(name)s already acknowledged this.") % {"name": result.incident.acknowledged_by}
        )
    else:
        messages.info(request, _("There is nothing left to acknowledge."))
    return redirect(result.incident)


def accept(request: PersonRequest, code: str) -> HttpResponse:
    found = _editable(request, code)
    try:
        lifecycle.accept(incident=found, manager=request.user, by=request.user, at=request.subject.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(found)


def decline(request: PersonRequest, code: str) -> HttpResponse:
    found = _editable(request, code)
    form = DeclineForm(request.POST)
    if form.is_valid():
        try:
            triage.decline(
                incident=found, reason=form.cleaned_data["reason"], by=request.user, at=request.subject.at
            )
            return redirect(found)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return room(request, code, status=422, decline_form=form)


def merge(request: PersonRequest, code: str) -> HttpResponse:
    found = _editable(request, code)
    form = MergeForm(request.POST)
    if form.is_valid():
        editable = Incident.objects.visible_to(request.subject, "edit")
        survivor = editable.filter(code=form.cleaned_data["into"]).first()
        if survivor is None:
            form.add_error("into", _("No open incident you may edit has this code. Check it in the queue."))
        else:
            try:
                triage.merge(incident=found, into=survivor, by=request.user, at=request.subject.at)
                return redirect(survivor)
            except Refused as refusal:
                form.add_error(None, str(refusal))
    return room(request, code, status=422, merge_form=form)


def _editable(request: PersonRequest, code: str) -> Incident:
    return get_object_or_404(Incident.objects.visible_to(request.subject, "edit"), code=code)
