"""Offering a shift to somebody, and their word on it."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.refusals import Refused
from accounts.requests import PersonRequest
from accounts.returning import came_from
from oncall import offers
from oncall.actions import swaps as actions
from oncall.actions.overrides import ObjectedError
from oncall.actions.swaps import Part
from oncall.forms.changes import OfferForm
from oncall.models import Swap
from oncall.offers import Offer
from oncall.sheets import Sheet
from oncall.views.shift import address, asked_for, offer_form, shown


def offer(request: PersonRequest, slug: str) -> HttpResponse:
    """Give one's own shift, or a part of it, perhaps for another."""
    sheet = asked_for(request, slug, request.POST)
    form = offer_form(request, sheet, request.POST)
    if form is None:
        messages.error(request, _("This shift is not yours to give, or it is over."))
        return HttpResponseRedirect(address(sheet))
    if form.is_valid():
        note, parts = form.cleaned_data["note"], _parts(request.user, sheet, form)
        try:
            made = actions.offer(parts=parts, note=note, by=request.user, at=request.subject.at)
            messages.success(request, _offered(form.taker, made[0], request.subject.at))
            return HttpResponseRedirect(came_from(request) or address(sheet))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return shown(request, sheet, offer=form, status=422)


def ask(request: PersonRequest, slug: str) -> HttpResponse:
    """Ask whoever has a shift to let one take it, all that is still to come of it."""
    sheet = asked_for(request, slug, request.POST)
    giver = next((one for one in sheet.assigned if str(one.pk) == request.POST.get("giver")), None)
    if giver is None or sheet.ahead is None:
        messages.error(request, _("That shift is not as it was. Look at what there is now."))
        return HttpResponseRedirect(address(sheet))
    try:
        part = Part(sheet.roster, giver, request.user, *sheet.ahead)
        actions.offer(parts=[part], by=request.user, at=request.subject.at)
        messages.success(
            request, _("%(name)s is asked. Until they answer nothing changes.") % {"name": giver.name}
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(came_from(request) or address(sheet))


def swap(request: PersonRequest, pk: UUID) -> HttpResponse:
    return render(request, "oncall/swap.html", {"offer": _found(request, pk)})


def accept(request: PersonRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    anyway = request.POST.get("anyway") == "on"
    try:
        actions.accept(bundle=found.bundle, acknowledged=anyway, by=request.user, at=request.subject.at)
        messages.success(request, _("Taken. Both calendars have changed."))
    except ObjectedError as refusal:
        context = {"offer": found, "objections": refusal.objections}
        return render(request, "oncall/swap.html", context, status=422)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("shifts")


def settle(request: PersonRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    try:
        actions.settle(bundle=found.bundle, by=request.user, at=request.subject.at)
        said = _("Taken back.") if found.by == request.user else _("Declined. They are told.")
        messages.success(request, said)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("shifts")


def _found(request: PersonRequest, pk: UUID) -> Offer:
    if found := offers.one(pk, request.user, at=request.subject.at):
        return found
    raise Http404


def _parts(giver: User, sheet: Sheet, form: OfferForm) -> list[Part]:
    told, wanted = form.cleaned_data, form.in_return
    given = Part(sheet.roster, giver, form.taker, told["starts_at"], told["ends_at"])
    if wanted is None:
        return [given]
    return [given, Part(wanted.lane.roster, wanted.person, giver, wanted.starts_at, wanted.ends_at)]


def _offered(taker: User | None, made: Swap, at: datetime) -> str:
    if taker is None:
        count = len(actions.hearers(made, at=at))
        told = ngettext("%(count)s person is told.", "%(count)s people are told.", count) % {"count": count}
        return f"{_('Offered to everybody on the roster. Until somebody takes it, it is yours.')} {told}"
    return _("Offered to %(name)s. Until they take it, it is yours.") % {"name": taker.name}
