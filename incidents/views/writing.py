"""Writing in a room: notes, status updates, decisions, and how entries are shown; and the properties."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.requests import PersonRequest
from incidents.actions import entries, properties
from incidents.forms.room import CurateForm, DecisionForm, NoteForm, PropertiesForm, UpdateForm
from incidents.models import TimelineEntry
from incidents.views.found import back_to, editable, kept, refusals_at
from incidents.views.incident import room


def note(request: PersonRequest, code: str) -> HttpResponse:
    found, form = editable(request, code), NoteForm(request.POST)
    if form.is_valid():
        with refusals_at(form, "occurred_at"):
            entries.add_note(incident=found, by=request.user, at=request.subject.at, **form.cleaned_data)
            kept(request, _("Noted."), f"note-{code}")
            return back_to(found)
    return room(request, code, status=422, note_form=form)


def update(request: PersonRequest, code: str) -> HttpResponse:
    found, form = editable(request, code), UpdateForm(request.POST)
    if form.is_valid():
        at, after = request.subject.at, form.next_after
        with refusals_at(form):
            entries.post_update(
                incident=found,
                text=form.cleaned_data["text"],
                tlp=form.cleaned_data["tlp"],
                next_at=at + after if after else None,
                by=request.user,
                at=at,
            )
            kept(request, _("Posted."), f"update-{code}")
            return back_to(found, "updates")
    return room(request, code, "updates", status=422, update_form=form)


def decision(request: PersonRequest, code: str) -> HttpResponse:
    found, form = editable(request, code), DecisionForm(request.POST)
    if form.is_valid():
        with refusals_at(form):
            entries.record_decision(
                incident=found, by=request.user, at=request.subject.at, **form.cleaned_data
            )
            kept(request, _("Recorded."), f"decision-{code}")
            return back_to(found, "decisions")
    return room(request, code, "decisions", status=422, decision_form=form)


def curate(request: PersonRequest, code: str, ref: UUID) -> HttpResponse:
    found = editable(request, code)
    shown = get_object_or_404(TimelineEntry, incident=found, ref=ref)
    form = CurateForm(request.POST)
    if form.is_valid():
        entries.curate(entry=shown, by=request.user, at=request.subject.at, **form.cleaned_data)
        return back_to(found)
    messages.error(request, _("The heading is too long or carries media. Shorten it and save again."))
    return room(request, code, status=422)


def edit(request: PersonRequest, code: str) -> HttpResponse:
    """The properties, against the version they were opened at."""
    found = editable(request, code)
    form = PropertiesForm(request.POST) if request.method == "POST" else PropertiesForm.for_incident(found)
    current = None
    if form.is_bound and form.is_valid():
        told = dict(form.cleaned_data)
        version = told.pop("version")
        try:
            properties.edit(
                incident=found,
                properties=properties.Properties(**told),
                version=version,
                by=request.user,
                at=request.subject.at,
            )
            return back_to(found)
        except properties.EditConflictError as conflict:
            current = conflict.current
            form = form.against(conflict.current, str(conflict))
    status = 422 if form.is_bound else 200
    context = {"incident": found, "form": form, "current": current}
    return render(request, "incidents/edit.html", context, status=status)
