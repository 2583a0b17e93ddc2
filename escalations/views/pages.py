"""The pages awaiting the viewer, and one of them, phone first."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.requests import PersonRequest
from escalations.actions import pages
from escalations.models import Page


def waiting_pages(request: PersonRequest) -> HttpResponse:
    """The fragment on every screen, which asks for itself again when the live stream says so."""
    return render(request, "escalations/_waiting_live.html")


def page(request: PersonRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Page.objects.visible_to(request.subject), pk=pk)
    return render(request, "escalations/page.html", {"page": found, "also_asked": _also_asked(found)})


def acknowledge_page(request: PersonRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Page.objects.visible_to(request.subject), pk=pk)
    result = pages.acknowledge(page=found, by=request.user, at=request.subject.at, via="console")
    if result.won:
        messages.success(request, _("Acknowledged. Nobody else will be paged for this."))
    return redirect(found)


def _also_asked(page: Page) -> list[str]:
    others = page.incident.pages.waiting().exclude(pk=page.pk).select_related("responder")
    return [other.responder.name for other in others]
