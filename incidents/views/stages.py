"""Contained, resolved, reopened; the severity changed, and the second person's word on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from incidents.actions import lifecycle, rating
from incidents.forms.room import ContainForm, ReopenForm, ResolveForm, SeverityForm
from incidents.models import Downgrade
from incidents.views.found import back_to, editable, kept, refusals_at
from incidents.views.incident import room

WORDS = {"approve": True, "refuse": False}  # the second person's


def contain(request: PersonRequest, code: str) -> HttpResponse:
    return _move(request, code, "contain", ContainForm(request.POST), lifecycle.contain, _("Contained."))


def resolve(request: PersonRequest, code: str) -> HttpResponse:
    said = _("Resolved. It can be reopened.")
    return _move(request, code, "resolve", ResolveForm(request.POST), lifecycle.resolve, said)


def reopen(request: PersonRequest, code: str) -> HttpResponse:
    return _move(request, code, "reopen", ReopenForm(request.POST), lifecycle.reopen, _("Noted."))


def _move(
    request: PersonRequest, code: str, name: str, form: Form, move: Callable, said: str
) -> HttpResponse:
    """To another stage, for the reason the form gives; the browser then forgets its copy of that reason."""
    found = editable(request, code)
    if form.is_valid():
        with refusals_at(form):
            move(incident=found, by=request.user, at=request.subject.at, reason=form.cleaned_data["reason"])
            kept(request, said, f"{name}-{code}")
            return back_to(found)
    put_back: dict[str, Any] = {f"{name}_form": form}
    return room(request, code, status=422, **put_back)


def severity(request: PersonRequest, code: str) -> HttpResponse:
    found, form = editable(request, code), SeverityForm(request.POST)
    if form.is_valid():
        with refusals_at(form):
            waiting = rating.change(
                incident=found, by=request.user, at=request.subject.at, **form.cleaned_data
            )
            said = _("Asked. A second person has to agree.") if waiting else _("Severity changed.")
            kept(request, said, f"severity-{code}")
            return back_to(found)
    return room(request, code, status=422, severity_form=form)


def downgrade(request: PersonRequest, code: str) -> HttpResponse:
    """The second person's word on the downgrade they were shown."""
    found = editable(request, code)
    asked = found.downgrades.filter(state=Downgrade.State.WAITING).first()
    if asked is None or str(asked.pk) != request.POST.get("downgrade"):
        messages.error(request, _("This was decided meanwhile, or the severity changed. Look again."))
        return back_to(found)
    word = request.POST.get("word")
    if word not in WORDS:
        messages.error(request, _("Nothing was decided. Lower it, or keep it as it is."))
        return back_to(found)
    approve = WORDS[word]
    try:
        rating.decide(downgrade=asked, approve=approve, by=request.user, at=request.subject.at)
        messages.success(request, _("Severity lowered.") if approve else _("The severity stays."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return back_to(found)
