"""Where somebody goes on after an act: back to the page they acted from."""

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.requests import PersonRequest
from incidents.models import Incident


def came_from(request: PersonRequest) -> str:
    """The path in `next`, of this site and nothing else; empty when there is none to trust."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if ours else ""


def back(request: PersonRequest, incident: Incident) -> HttpResponse:
    """To the page named by `next`, else to the incident's room."""
    return HttpResponseRedirect(came_from(request) or incident.get_absolute_url())
