"""The queue: what waits for triage first, then what is under way; on another page what has ended."""

import re

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.codes import as_written
from accounts.refusals import Refused
from accounts.requests import PersonRequest
from incidents.actions import saved_views
from incidents.board import Board
from incidents.converters import IncidentCode
from incidents.forms.queue import SavedViewForm
from incidents.models import SavedView
from incidents.views import preview
from incidents.views.found import visible


def incidents(request: PersonRequest) -> HttpResponse:
    """The whole screen; for a script that only wants the rows again (`X-Rows`), those."""
    board = Board(request.GET, request.subject)
    if "X-Rows" in request.headers:
        return render(request, "incidents/_groups.html", {"board": board})
    return _screen(request, board, SavedViewForm(initial={"query": board.query}))


def save_view(request: PersonRequest) -> HttpResponse:
    form = SavedViewForm(request.POST)
    board = Board(form.asked(), request.subject)
    if form.is_valid():
        try:
            view = saved_views.keep(name=form.cleaned_data["name"], query=board.query, by=request.user)
            messages.success(request, _("Saved as “%(name)s”, for you alone.") % {"name": view.name})
            return redirect(view)
        except Refused as refusal:
            form.add_error("name", str(refusal))
    return _screen(request, board, form, status=422)


def delete_view(request: PersonRequest) -> HttpResponse:
    """The name goes; the filters it stood for stay on the screen."""
    name = request.POST.get("name", "").replace("\x00", "")
    board = Board(QueryDict(request.POST.get("query", "")[:1000]), request.subject)
    saved_views.drop(name=name, by=request.user)
    messages.success(request, _("“%(name)s” is deleted. Its filters are still on.") % {"name": name[:40]})
    return redirect(board.address())


def _screen(request: PersonRequest, board: Board, form: SavedViewForm, status: int = 200) -> HttpResponse:
    context = {
        "board": board,
        "save_form": form,
        "saved_views": SavedView.objects.filter(person=request.user),
    }
    return render(request, "incidents/queue.html", context | _beside(request, board), status=status)


def _beside(request: PersonRequest, board: Board) -> dict:
    """What the preview shows: what was selected, where the viewer may know of it, else the first row."""
    asked = as_written(request.GET.get("selected", ""))
    code = asked or (board.first.code if board.first else "")
    if not code:
        return {}
    shown = {"selected": code, "chosen": bool(asked)}
    try:
        found = visible(request, code if re.fullmatch(IncidentCode.regex, code) else "")
    except Http404:
        return shown | {"missing": True}
    onward = board.following(code)
    return shown | {
        "stay": board.address(selected=code),
        "go_on": board.address(selected=onward) if onward else board.address(),
        **preview.about(request, found),
    }
