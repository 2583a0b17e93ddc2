"""What every screen about one incident begins and ends with: finding it through the predicate, putting an action's
refusal at the form, and going back to the room."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from incidents.models import Incident


def visible(request: PersonRequest, code: str) -> Incident:
    """The incident for a reader; 404 when it does not exist for them."""
    related = ("incident_manager", "acknowledged_by", "merged_into", "profile")
    return get_object_or_404(Incident.objects.visible_to(request.subject).select_related(*related), code=code)


def editable(request: PersonRequest, code: str) -> Incident:
    """The incident for somebody who may act on it; 404 otherwise."""
    return get_object_or_404(Incident.objects.visible_to(request.subject, "edit"), code=code)


@contextmanager
def refusals_at(form: forms.Form, field: str | None = None) -> Iterator[None]:
    """An action that refuses within puts its sentence at the form, and the view goes on to show it."""
    try:
        yield
    except Refused as refusal:
        form.add_error(field, str(refusal))


def back_to(incident: Incident, tab: str = "timeline") -> HttpResponse:
    return redirect(incident) if tab == "timeline" else redirect("room_tab", incident.code, tab)


def kept(request: PersonRequest, words: str, draft: str) -> None:
    """Say that it was kept, so that the browser forgets its copy of what was typed."""
    messages.success(request, words, extra_tags=f"clears:{draft}")
