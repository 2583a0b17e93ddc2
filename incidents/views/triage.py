"""Acknowledge, accept, decline, merge, and the way back: one press each, from the queue or the room. Whoever acts
stays where they were."""

from urllib.parse import urlencode

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from incidents import people
from incidents.actions import lifecycle, triage
from incidents.forms.triage import AcceptForm, DeclineForm, MergeForm
from incidents.models import Incident
from incidents.views.found import editable
from incidents.views.returning import back, came_from

MOST_LIKELY = 6


def acknowledge(request: PersonRequest, code: str) -> HttpResponse:
    result = lifecycle.acknowledge(incident=editable(request, code), by=request.user, at=request.subject.at)
    if result.won:
        messages.success(request, _("Acknowledged. Nobody else will be paged for this."))
    elif result.incident.acknowledged_by:
        messages.info(
            request, _("%(name)s already acknowledged this.") % {"name": result.incident.acknowledged_by}
        )
    else:
        messages.info(request, _("There is nothing left to acknowledge."))
    return back(request, result.incident)


def accept(request: PersonRequest, code: str) -> HttpResponse:
    found, at = editable(request, code), request.subject.at
    form = AcceptForm(request.POST, people=people.who_may_manage(found, at=at))
    if not form.is_valid():
        messages.error(request, str(form.errors["manager"][0]))
        return back(request, found)
    manager = form.chosen or request.user
    try:
        lifecycle.accept(incident=found, manager=manager, by=request.user, at=at)
        told = {"code": found.code, "name": manager.name}
        messages.success(request, _("%(code)s accepted. Incident manager: %(name)s.") % told)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return back(request, found)


def decline(request: PersonRequest, code: str) -> HttpResponse:
    found = editable(request, code)
    form = DeclineForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            done = triage.decline(incident=found, reason=reason, by=request.user, at=request.subject.at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            told = {"code": done.code, "reason": done.get_decline_reason_display()}
            return _ended(request, done, _("%(code)s declined: %(reason)s.") % told)
    return _asked_again(request, found, "decline", form)


def merge(request: PersonRequest, code: str) -> HttpResponse:
    found = editable(request, code)
    form = MergeForm(request.POST, likely=likely_survivors(request, found))
    if form.is_valid():
        theirs = Incident.objects.visible_to(request.subject, "edit")
        survivor = theirs.filter(code=form.cleaned_data["into"]).first()
        if survivor is None:
            form.add_error("into", _("No open incident you may edit has this code. Check it in the queue."))
        else:
            try:
                merged = triage.merge(incident=found, into=survivor, by=request.user, at=request.subject.at)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                told = {"code": merged.code, "into": survivor.code}
                return _ended(request, merged, _("%(code)s merged into %(into)s.") % told, onward=survivor)
    return _asked_again(request, found, "merge", form)


def restore(request: PersonRequest, code: str) -> HttpResponse:
    found = editable(request, code)
    try:
        triage.restore(incident=found, by=request.user, at=request.subject.at)
        messages.success(request, _("%(code)s is back in triage.") % {"code": found.code})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return back(request, found)


def likely_survivors(request: PersonRequest, found: Incident) -> list[Incident]:
    """A few open incidents this one may turn out to be the same as."""
    theirs = Incident.objects.visible_to(request.subject, "edit")
    return list(theirs.likely_survivors(found)[:MOST_LIKELY])


def _ended(
    request: PersonRequest, done: Incident, words: str, onward: Incident | None = None
) -> HttpResponse:
    """Say so, with the way back in the same breath."""
    undo = reverse("restore", args=[done.code])
    if came_from(request):
        undo += "?" + urlencode({"next": came_from(request)})
    messages.success(request, words, extra_tags=f"undo:{undo}")
    return back(request, onward or done)


def _asked_again(request: PersonRequest, found: Incident, verb: str, form: Form) -> HttpResponse:
    """The one form that was refused, as a page of its own, with what was entered and what is wrong with it."""
    context = {"incident": found, "verb": verb, f"{verb}_form": form, "next": came_from(request)}
    return render(request, "incidents/decide.html", context, status=422)
