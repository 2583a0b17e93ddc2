"""The pages awaiting the viewer, and one of them, phone first."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from escalations.actions import by_hand, pages
from escalations.forms.pages import HandOnForm
from escalations.models import Page
from incidents.people import who_may_respond


def waiting_pages(request: PersonRequest) -> HttpResponse:
    """The fragment on every screen, which asks for itself again when the live stream says so."""
    return render(request, "escalations/_waiting_live.html")


def page(request: PersonRequest, pk: UUID) -> HttpResponse:
    found = _mine(request, pk)
    return _sheet(request, found, _hand_on_form(request, found) if found.is_waiting else None)


def acknowledge_page(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Too late, the page says who was faster."""
    found = _mine(request, pk)
    result = pages.acknowledge(page=found, by=request.user, at=request.subject.at, via="console")
    if result.won and found.asked_by_id is None:
        messages.success(request, _("Acknowledged. Nobody else will be paged for this."))
    elif result.won:
        messages.success(request, _("Acknowledged."))
    return redirect(found)


def hand_on(request: PersonRequest, pk: UUID) -> HttpResponse:
    """To somebody else who may know of it. Whoever is paged needs no other right for that."""
    found = _mine(request, pk)
    form = _hand_on_form(request, found, request.POST)
    if form.is_valid():
        try:
            to = form.cleaned_data["to"]
            by_hand.hand_on(page=found, to=to, by=request.user, at=request.subject.at)
        except by_hand.PageEndedError:
            return redirect(found)
        except Refused as refusal:
            form.add_error("to", str(refusal))
        else:
            return redirect(found)
    return _sheet(request, found, form, status=422)


def _mine(request: PersonRequest, pk: UUID) -> Page:
    return get_object_or_404(Page.objects.visible_to(request.subject), pk=pk)


def _hand_on_form(request: PersonRequest, found: Page, posted=None) -> HandOnForm:
    form = HandOnForm(posted)
    people = who_may_respond(found.incident, at=request.subject.at)
    form.offer(person for person in people if person.pk != found.responder_id)
    return form


def _sheet(request: PersonRequest, found: Page, form: HandOnForm | None, status: int = 200) -> HttpResponse:
    context = {"page": found, "also_asked": _also_asked(found), "form": form}
    return render(request, "escalations/page.html", context, status=status)


def _also_asked(page: Page) -> list[str]:
    others = page.incident.pages.waiting().exclude(pk=page.pk).select_related("responder")
    return [other.responder.name for other in others]
