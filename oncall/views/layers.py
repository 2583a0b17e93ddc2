"""A roster's layers: the sheet on which one is written beside the schedule it comes to, and ending one. Buttons on the
sheet come back here with everything typed; only *Save* saves."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from oncall import meanwhile, outlook
from oncall.actions import layers as actions
from oncall.actions.rosters import ChangedMeanwhileError
from oncall.drafts import Turns
from oncall.forms.layers import EndForm, LayerSheet, refuse_the_past, told_of, turns_of, usual
from oncall.forms.walls import placed
from oncall.layers import RotaError
from oncall.models import Layer, Roster
from oncall.views.rosters import BLAMING, saved


def add(request: PersonRequest, roster_id: int) -> HttpResponse:
    roster = saved(roster_id)
    if request.method == "POST":
        return _answer(request, roster)
    told = usual(roster.tz, request.subject.at) | {"version": roster.version}
    return _shown(request, roster, LayerSheet.at_first(told, Turns(), roster.tz, at=request.subject.at))


def edit(request: PersonRequest, roster_id: int, layer_id: int) -> HttpResponse:
    """Opened by the version that is edited. What is sent goes by the layer's name: somebody else may have put another
    version in place of that one, and nothing typed may be lost over it."""
    roster, at = saved(roster_id), request.subject.at
    if request.method == "POST":
        return _answer(request, roster)
    layer = _version(roster, layer_id, at)
    told = told_of(layer, roster.tz, at) | {"version": roster.version}
    return _shown(request, roster, LayerSheet.at_first(told, turns_of(layer), roster.tz, at=at))


def end(request: PersonRequest, roster_id: int, layer_id: int) -> HttpResponse:
    """The schedule without the layer first; the second press ends it."""
    roster, at = saved(roster_id), request.subject.at
    layer = _version(roster, layer_id, None if request.method == "POST" else at)
    form = EndForm(request.POST or None, initial={"version": roster.version})
    if form.is_bound:
        refuse_the_past(form, roster.tz, at)
    since = placed(form.cleaned_data["since"], roster.tz) if form.is_valid() else None
    if form.is_valid() and request.POST.get("press") == "end":
        told = {"version": form.cleaned_data["version"], "name": layer.name, "since": since}
        try:
            actions.end(roster=roster, by=request.user, at=at, **told)
            messages.success(request, _("“%(name)s” is ended. Whoever has other shifts now is told.") % told)
            return redirect("roster", roster.pk)
        except Refused as refusal:
            return _end_again(request, roster, layer, form, str(refusal))
    return _ending(request, roster, layer, form)


def _version(roster: Roster, layer_id: int, at: datetime | None) -> Layer:
    """404 for a version that speaks for nothing after `at`, if that is given."""
    versions = roster.layers.with_people()
    return get_object_or_404(versions if at is None else versions.ahead(at=at), pk=layer_id)


def _answer(request: PersonRequest, roster: Roster) -> HttpResponse:
    pressed = request.POST.get("press", "save")
    blames, at = pressed in BLAMING, request.subject.at
    sheet = LayerSheet.posted(request.POST, roster.tz, at=at, blames=blames)
    if pressed == "save" and sheet.is_valid:
        try:
            return _saved(request, roster, sheet)
        except ChangedMeanwhileError as refusal:
            return _beside_theirs(request, sheet, str(refusal), roster)
        except actions.LayerNameTakenError as refusal:
            sheet.form.add_error("name", str(refusal))
        except Refused as refusal:
            sheet.form.add_error(None, str(refusal))
    return _shown(request, roster, sheet)


def _saved(request: PersonRequest, roster: Roster, sheet: LayerSheet) -> HttpResponse:
    told: dict[str, Any] = {"layer": sheet.layer, "replaces": sheet.replaces, "since": sheet.since}
    told |= {"version": sheet.read.cleaned_data["version"], "by": request.user, "at": request.subject.at}
    actions.put(roster=roster, **told)
    messages.success(request, _("Saved. Whoever has other shifts now is told."))
    return redirect("roster", roster.pk)


def _beside_theirs(request: PersonRequest, sheet: LayerSheet, sentence: str, roster: Roster) -> HttpResponse:
    """What was typed, under what was done meanwhile; the next *Save* knows of it."""
    theirs = saved(roster.pk)
    events = meanwhile.since(theirs, sheet.read.cleaned_data["version"])
    again = sheet.knowing(theirs)
    again.form.add_error(None, sentence)
    return _shown(request, theirs, again, meanwhile=events)


def _shown(request: PersonRequest, roster: Roster, sheet: LayerSheet, **context: Any) -> HttpResponse:
    """The sheet beside what it comes to; of a script's own look, that alone. Times are the roster's own."""
    at, pressed = request.subject.at, request.POST.get("press", "")
    ahead = None
    if sheet.layer:
        told: dict[str, Any] = {"replaces": sheet.replaces, "since": sheet.since}
        try:
            ahead = outlook.with_layer(roster, sheet.layer, at=at, **told)
        except RotaError:
            sheet.refuse_name()
    context |= {"roster": roster, "sheet": sheet, "ahead": ahead or outlook.as_saved(roster, at=at)}
    if pressed == "look":
        template, status = "oncall/rosters/_preview.html", 200
    else:
        template, status = "oncall/rosters/layer_sheet.html", 422 if sheet.is_refused else 200
    with timezone.override(roster.tz):
        return render(request, template, context, status=status)


def _end_again(
    request: PersonRequest, roster: Roster, layer: Layer, form: EndForm, sentence: str
) -> HttpResponse:
    theirs = saved(roster.pk)
    events = meanwhile.since(theirs, form.cleaned_data["version"])
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["version"] = str(theirs.version)  # type: ignore[index]
    form.add_error(None, sentence)
    return _ending(request, theirs, layer, form, meanwhile=events)


def _ending(
    request: PersonRequest, roster: Roster, layer: Layer, form: EndForm, **context: Any
) -> HttpResponse:
    at, since = request.subject.at, None
    if form.is_bound:
        since = placed(form.cleaned_data.get("since"), roster.tz)
    context |= {"roster": roster, "layer": layer, "form": form}
    context["ahead"] = outlook.without_layer(roster, layer.name, since=since, at=at)
    template = "oncall/rosters/layer_end.html"
    if request.POST.get("press") == "look":
        template = "oncall/rosters/_preview.html"
    with timezone.override(roster.tz):
        return render(request, template, context, status=422 if form.errors else 200)
