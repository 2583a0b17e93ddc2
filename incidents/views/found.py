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
from incidents.actions.ended import EndedError
from incidents.models import Incident


def visible(request: PersonRequest, code: str) -> Incident:
    """The incident for a reader; 404 when it does not exist for them."""
    related = ("incident_manager", "acknowledged_by", "merged_into", "profile")
    return get_object_or_404(Incident.objects.visible_to(request.subject).select_related(*related), code=code)


def editable(request: PersonRequest, code: str) -> Incident:
    """The incident for somebody who may act on it, by role or by grant; 404 otherwise. Which acts take the role
    is the access table's to say."""
    return get_object_or_404(Incident.objects.visible_to(request.subject, "edit"), code=code)


def may_take_part(request: PersonRequest, found: Incident) -> bool:
    """Whether a reader may also act: acknowledge, write notes, settle tasks; with `incident.edit`, the rest."""
    return Incident.objects.visible_to(request.subject, "edit").filter(pk=found.pk).exists()


@contextmanager
def refusals_at(form: forms.Form, field: str | None = None) -> Iterator[None]:
    """An action that refuses within puts its sentence at the form, and the view goes on to show it: at the field,
    or at the top where it is about the incident."""
    try:
        yield
    except EndedError as refusal:
        form.add_error(None, str(refusal))
    except Refused as refusal:
        form.add_error(field, str(refusal))


def back_to(incident: Incident, tab: str = "timeline") -> HttpResponse:
    return redirect(incident) if tab == "timeline" else redirect("room_tab", incident.code, tab)


def kept(request: PersonRequest, words: str, draft: str) -> None:
    """Say that it was kept, so that the browser forgets its copy of what was typed."""
    messages.success(request, words, extra_tags=f"clears:{draft}")
