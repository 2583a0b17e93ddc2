"""Who is on duty, now and next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from oncall.models import Roster


def on_duty(request: HttpRequest) -> HttpResponse:
    """Every roster with its people of the moment, when that changes, and the shifts of the coming week."""
    outlooks = Roster.objects.outlooks(at=request.subject.at)
    return render(request, "oncall/on_duty.html", {"outlooks": outlooks, "at": request.subject.at})
