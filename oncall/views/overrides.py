"""Deciding who is on duty for a while, and ending that."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from accounts.returning import came_from
from oncall.actions import overrides as actions
from oncall.actions.overrides import ObjectedError
from oncall.models import Override
from oncall.views.shift import address, asked_for, override_form, shown


def make(request: PersonRequest, slug: str) -> HttpResponse:
    sheet = asked_for(request, slug, request.POST)
    form = override_form(request, sheet, request.POST)
    if form is None:
        messages.error(request, _("This shift is over. The past is a record."))
        return HttpResponseRedirect(address(sheet))
    found = []
    if form.is_valid():
        try:
            actions.make(roster=sheet.roster, by=request.user, at=request.subject.at, **form.told)
            messages.success(request, _said(form.told["stand_in"]))
            return HttpResponseRedirect(came_from(request) or address(sheet))
        except ObjectedError as refusal:
            found = refusal.objections
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return shown(request, sheet, override=form, objections=found, status=422)


def end(request: PersonRequest, override_id: int) -> HttpResponse:
    override = get_object_or_404(Override.objects.select_related("roster"), pk=override_id)
    try:
        actions.end(override=override, by=request.user, at=request.subject.at)
        messages.success(request, _("Ended. The rotation goes on from now."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    fallback = f"{reverse('on_duty')}?view=week&roster={override.roster.slug}"
    return HttpResponseRedirect(came_from(request) or fallback)


def _said(stand_in) -> str:
    if stand_in is None:
        return _("Done: nobody comes instead. Whose shifts changed is told.")
    return _("Done: %(name)s is on duty then. Whose shifts changed is told.") % {"name": stand_in.name}
