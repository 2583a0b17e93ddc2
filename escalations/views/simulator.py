"""Who would be paged, when, and by what, for any report at any instant. Nothing is sent."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import PersonRequest
from escalations import forecast
from escalations.forms.simulator import SimulatorForm


def simulator(request: PersonRequest) -> HttpResponse:
    asked = bool(request.GET)
    form = SimulatorForm(request.GET if asked else None)
    told = None
    if asked and form.is_valid():
        told = forecast.of_report(form.case, at=form.cleaned_data["at"] or request.subject.at)
    status = 422 if form.errors else 200
    return render(request, "escalations/simulator.html", {"form": form, "told": told}, status=status)
