"""Rosters for those who run them: all of them with their state, one of them, and the sheet on which it is written.
Buttons on the sheet come back here with everything typed; only *Save* saves."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.forms.people import zones
from accounts.refusals import Refused
from accounts.requests import PersonRequest
from oncall import meanwhile, outlook
from oncall.actions import rosters as actions
from oncall.drafts import Skills
from oncall.forms.rosters import RosterSheet, skills_of, told_of, usual
from oncall.models import Override, Roster, Swap
from oncall.people import barred_on

A_PAGE = 50
# Of the buttons of a sheet, those that ask what is wrong with it.
BLAMING = ("save", "preview")


def rosters(request: PersonRequest) -> HttpResponse:
    everything = Roster.objects.select_related("owner").order_by("-is_paged", "is_manager_on_duty", "name")
    page = Paginator(everything, A_PAGE).get_page(request.GET.get("page"))
    states = outlook.states(list(page), at=request.subject.at)
    troubled = sum(bool(state.holes) for state in states)
    return render(
        request, "oncall/rosters/rosters.html", {"states": states, "page": page, "troubled": troubled}
    )


def roster(request: PersonRequest, roster_id: int) -> HttpResponse:
    found, at = saved(roster_id), request.subject.at
    ahead = outlook.of_roster(found, span=(at, at + outlook.AHEAD), at=at, zone=request.user.zone)
    context = {
        "roster": found,
        "ahead": ahead,
        "barred": barred_on(found, at=at),
        "layers": found.layers.ahead(at=at).with_people(),
        "overrides": _overrides_ahead(found, at),
        "swaps": Swap.objects.with_names().filter(roster=found, state="accepted", ends_at__gt=at),
    }
    return render(request, "oncall/rosters/roster.html", context)


def add(request: PersonRequest) -> HttpResponse:
    if request.method == "POST":
        return _answer(request, None)
    sheet = RosterSheet.at_first(usual(request.user.time_zone, request.user), Skills(), None)
    return _shown(request, None, sheet)


def edit(request: PersonRequest, roster_id: int) -> HttpResponse:
    found = saved(roster_id)
    if request.method == "POST":
        return _answer(request, found)
    return _shown(request, found, RosterSheet.at_first(told_of(found), skills_of(found), found))


def _overrides_ahead(found: Roster, at: datetime) -> QuerySet[Override]:
    ahead = found.overrides.filter(ended_at=None, ends_at__gt=at).order_by("starts_at", "pk")
    return ahead.select_related("person", "by", "made_by")


def saved(roster_id: int) -> Roster:
    """A roster with what its pages name. 404 for none."""
    named = Roster.objects.select_related("owner", "fallback").prefetch_related("required_skills")
    return get_object_or_404(named, pk=roster_id)


def _answer(request: PersonRequest, found: Roster | None) -> HttpResponse:
    pressed = request.POST.get("press", "save")
    sheet = RosterSheet.posted(request.POST, found, blames=pressed in BLAMING)
    if pressed == "save" and sheet.is_valid:
        try:
            return redirect("roster", _saved(request, found, sheet).pk)
        except actions.ChangedMeanwhileError as refusal:
            return _beside_theirs(request, sheet, str(refusal))
        except actions.RosterNameError as refusal:
            sheet.form.add_error("name", str(refusal))
        except Refused as refusal:
            sheet.form.add_error("is_manager_on_duty", str(refusal))
    return _shown(request, found, sheet)


def _saved(request: PersonRequest, found: Roster | None, sheet: RosterSheet) -> Roster:
    told: dict[str, Any] = sheet.fields | {"skills": sheet.required}
    told |= {"by": request.user, "at": request.subject.at}
    if found is None:
        made = actions.create(**told)
        messages.success(request, _("The roster is there. Give it its first layer, so that somebody is on."))
        return made
    version = sheet.read.cleaned_data["version"]
    changed = actions.change(roster=found, version=version, **told)
    messages.success(request, _("Saved. Whoever has other shifts now is told."))
    return changed


def _beside_theirs(request: PersonRequest, sheet: RosterSheet, sentence: str) -> HttpResponse:
    """What was typed, under what was done meanwhile; the next *Save* knows of it."""
    assert sheet.roster, "only a roster that is there can have changed"  # noqa: S101
    theirs = saved(sheet.roster.pk)
    events = meanwhile.since(theirs, sheet.read.cleaned_data["version"])
    again = sheet.knowing(theirs)
    again.form.add_error(None, sentence)
    return _shown(request, theirs, again, meanwhile=events)


def _shown(request: PersonRequest, found: Roster | None, sheet: RosterSheet, **context: Any) -> HttpResponse:
    """The sheet beside what it comes to; of a script's own look, that alone. Times are the roster's own."""
    at, pressed = request.subject.at, request.POST.get("press", "")
    told = sheet.edited if sheet.is_valid else found
    context |= {"roster": found, "sheet": sheet, "zones": zones(), "told": told}
    if found and told:
        context["ahead"] = (
            outlook.with_fields(told, sheet.required, at=at)
            if sheet.is_valid
            else outlook.as_saved(found, at=at)
        )
    if pressed == "look":
        template, status = "oncall/rosters/_preview.html", 200
    else:
        template, status = "oncall/rosters/roster_sheet.html", 422 if sheet.is_refused else 200
    with timezone.override(told.tz if told else request.user.zone):
        return render(request, template, context, status=status)
