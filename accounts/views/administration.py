"""What the viewer may set up, section by section; each app says how its own stands."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import PersonRequest

# Any of these opens the overview; each section asks for its own.
SECTIONS = frozenset({"people.view", "paging.manage", "integrations.manage", "audit.view"})


def administration(request: PersonRequest) -> HttpResponse:
    if not SECTIONS & request.subject.permissions:
        raise PermissionDenied
    return render(request, "accounts/administration.html")
