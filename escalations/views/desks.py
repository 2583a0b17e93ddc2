"""Where each function is on call, on one sheet."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.requests import PersonRequest
from escalations.actions import desks as actions
from escalations.forms.desks import DesksForm


def desks(request: PersonRequest) -> HttpResponse:
    form = DesksForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        changed = actions.assign(desks=form.desks, by=request.user, at=request.subject.at)
        messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
        return redirect("function_desks")
    return render(request, "escalations/desks.html", {"form": form}, status=422 if form.errors else 200)
