"""What was sent to whom for an incident, what comes next, paging people by hand and taking that back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from escalations import words
from escalations.actions import by_hand
from escalations.forms.pages import PageForm
from escalations.models import Escalation, Page
from incidents.models import Incident
from incidents.people import who_may_respond
from incidents.views.found import may_take_part


def escalation_panel(request: PersonRequest, code: str) -> HttpResponse:
    incident = get_object_or_404(Incident.objects.visible_to(request.subject), code=code)
    context = {
        "incident": incident,
        "escalations": Escalation.objects.for_panel(incident),
        "by_hand": Page.objects.by_hand().filter(incident=incident),
        "may_edit": request.subject.may("incident.edit") and may_take_part(request, incident),
    }
    return render(request, "escalations/_panel.html", context)


def page_by_hand(request: PersonRequest, code: str) -> HttpResponse:
    """Ask somebody the room may be opened to, or whoever is on call for a function; the page says who asks."""
    incident = _editable(request, code)
    form = PageForm(request.POST)
    form.offer(who_may_respond(incident, at=request.subject.at))
    if not form.is_valid():
        messages.error(request, _("Choose a function or a person from the list to page."))
        return redirect(incident)
    try:
        asked = _ask(request, incident, form)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(incident)
    names = words.together([page.responder.name for page in asked])
    told = ngettext("%(names)s is being paged.", "%(names)s are being paged.", len(asked))
    messages.success(request, told % {"names": names})
    return redirect(incident)


def take_back(request: PersonRequest, code: str, pk: UUID) -> HttpResponse:
    incident = _editable(request, code)
    page = get_object_or_404(Page.objects.filter(incident=incident), pk=pk)
    try:
        by_hand.take_back(page=page, by=request.user, at=request.subject.at)
        messages.success(request, _("Taken back."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(incident)


def _ask(request: PersonRequest, incident: Incident, form: PageForm) -> list[Page]:
    told: dict[str, Any] = {
        "incident": incident,
        "by": request.user,
        "at": request.subject.at,
        "urgency": form.chosen_urgency,
    }
    if form.person is not None:
        return [by_hand.ask(responder=form.person, **told)]
    return by_hand.ask_function(function=form.function, **told)


def _editable(request: PersonRequest, code: str) -> Incident:
    editable = Incident.objects.visible_to(request.subject, "edit").select_related("profile")
    return get_object_or_404(editable, code=code)
