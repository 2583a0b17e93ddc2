"""One shift: whose it is, and every way to change it on one sheet. The forms go to `overrides` and `swaps`, which come
back here with what is wrong."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.requests import PersonRequest
from accounts.returning import came_from
from oncall import people, sheets
from oncall.forms.changes import OfferForm, OverrideForm, moment_in
from oncall.models import Roster
from oncall.sheets import Sheet


def shift(request: PersonRequest, slug: str) -> HttpResponse:
    return shown(request, asked_for(request, slug, request.GET))


def asked_for(request: PersonRequest, slug: str, told: Any) -> Sheet:
    """The shift that `lane` and `at` name; 404 for what names none."""
    moment = moment_in(told.get("at", ""))
    roster = get_object_or_404(Roster.objects.select_related("owner"), slug=slug)
    found = moment and sheets.sheet(roster, told.get("lane", ""), moment, at=request.subject.at)
    if not found:
        raise Http404
    return found


def address(sheet: Sheet) -> str:
    """Where this shift is looked at."""
    query = urlencode({"lane": sheet.key, "at": sheet.moment.isoformat()})
    return f"{reverse('shift', args=[sheet.roster.slug])}?{query}"


def override_form(request: PersonRequest, sheet: Sheet, data: Any = None) -> OverrideForm | None:
    """None where there is nothing to override, or not by them."""
    if sheet.ahead is None or not request.subject.may("rosters.override"):
        return None
    told = {"span": sheet.ahead, "zone": request.user.zone}
    return OverrideForm(data, sheet=sheet, people=people.who_may_be_on_duty(), auto_id="override_%s", **told)


def offer_form(request: PersonRequest, sheet: Sheet, data: Any = None) -> OfferForm | None:
    """For whoever has the shift: to give it away, or for another. None for anybody else."""
    if sheet.ahead is None or not sheet.concerns(request.subject.person_id):
        return None
    colleagues = people.on_rosters([sheet.roster], at=sheet.at).exclude(pk=request.user.pk)
    return OfferForm(
        data,
        span=sheet.ahead,
        shift=(sheet.stint.starts_at, sheet.stint.ends_at),
        zone=request.user.zone,
        people=list(colleagues),
        returns=sheets.in_return(sheet, request.user),
        auto_id="offer_%s",
    )


def shown(
    request: PersonRequest,
    sheet: Sheet,
    *,
    override: OverrideForm | None = None,
    offer: OfferForm | None = None,
    objections: Any = (),
    status: int = 200,
) -> HttpResponse:
    """The sheet, with a form that was refused in the place of a fresh one."""
    shortlist = sheets.candidates(sheet)
    may_ask = sheet.ahead is not None and any(it.person == request.user for it in shortlist)
    context = {
        "sheet": sheet,
        "override": override or override_form(request, sheet),
        "offer": offer or offer_form(request, sheet),
        "candidates": shortlist,
        "others": sheets.others(shortlist, sheet) if request.subject.may("rosters.override") else [],
        "owners": [person for person in sheet.assigned if person != request.user] if may_ask else [],
        "changes": sheets.changes(sheet),
        "hearers": sum(not it.objections for it in shortlist if it.person != request.user),
        "objections": objections,
        "next": came_from(request),
    }
    return render(request, "oncall/shift.html", context, status=status)
