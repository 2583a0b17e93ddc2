"""Where somebody goes on after an act: back to the page they acted from."""

from django.http import HttpResponse, HttpResponseRedirect

from accounts.requests import PersonRequest
from accounts.returning import came_from
from incidents.models import Incident

__all__ = ["back", "came_from"]


def back(request: PersonRequest, incident: Incident) -> HttpResponse:
    """To the page named by `next`, else to the incident's room."""
    return HttpResponseRedirect(came_from(request) or incident.get_absolute_url())
