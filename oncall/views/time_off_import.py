"""Time off out of somebody's own calendar: a file is read whole, or refused with the line that is wrong."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from oncall.actions import time_off
from oncall.forms.time_off_import import TimeOffImportForm


def time_off_import(request: PersonRequest) -> HttpResponse:
    at, told = request.subject.at, (request.POST, request.FILES) if request.method == "POST" else ()
    form = TimeOffImportForm(*told, zone=request.user.zone, at=at)
    if form.is_valid():
        absences = form.cleaned_data["absences"]
        try:
            done = time_off.bring(person=request.user, absences=absences, by=request.user, at=at)
        except Refused as refusal:
            form.add_error("calendar", str(refusal))
        else:
            words = _("Read. New: %(new)s. Known already: %(known)s. Ended: %(ended)s.")
            messages.success(request, words % {"new": done.new, "known": done.known, "ended": done.ended})
            return redirect("time_off_import")
    brought = request.user.time_off.filter(ended_at=None, ends_at__gt=at).exclude(uid="")
    context = {"form": form, "brought": brought}
    return render(request, "oncall/time_off_import.html", context, status=422 if form.errors else 200)
