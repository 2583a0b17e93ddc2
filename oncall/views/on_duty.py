"""Who is on duty, now and next."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import PersonRequest
from oncall.models import Roster
from oncall.querysets import OUTLOOK


def on_duty(request: PersonRequest) -> HttpResponse:
    """Every roster with its people of the moment, when that changes, and the shifts of the coming week."""
    at = request.subject.at
    context = {"outlooks": Roster.objects.outlooks(at=at), "horizon": at + OUTLOOK}
    return render(request, "oncall/on_duty.html", context)
