"""What is mine on the rosters."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.requests import PersonRequest


def shifts_link(request: PersonRequest, token: str) -> HttpResponse:
    """Where a notice about shifts leads; the token says which notice, and opens nothing by itself."""
    return redirect(f"{reverse('on_duty')}?view=week&person=me")
