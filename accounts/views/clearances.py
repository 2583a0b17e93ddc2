"""Giving and ending somebody's clearances, from their page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from accounts.actions import clearances
from accounts.forms.people import ClearanceForm, ReasonForm
from accounts.models import Clearance, User
from accounts.refusals import Refused
from accounts.requests import PersonRequest
from accounts.views.person import sheet


def give(request: PersonRequest, person_id: int) -> HttpResponse:
    person = get_object_or_404(User, pk=person_id)
    form = ClearanceForm(request.POST, at=request.subject.at)
    if form.is_valid():
        told = form.cleaned_data
        period = {"valid_from": told.pop("starts_on"), "valid_until": told.pop("ends_on")}
        try:
            clearances.give(person=person, by=request.user, at=request.subject.at, **told, **period)
            messages.success(request, _("Clearance given."))
            return redirect("person", person.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return sheet(request, person_id, status=422, clearance_form=form)


def end(request: PersonRequest, person_id: int, clearance_id: int) -> HttpResponse:
    clearance = get_object_or_404(
        Clearance.objects.select_related("person"), pk=clearance_id, person=person_id
    )
    form = ReasonForm(request.POST, auto_id=False)
    if form.is_valid():
        try:
            clearances.end(clearance=clearance, by=request.user, at=request.subject.at, **form.cleaned_data)
            messages.success(request, _("Clearance ended."))
            return redirect("person", person_id)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return sheet(request, person_id, status=422, end_form=form, ending=clearance.pk)
