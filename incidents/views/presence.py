"""Who else has this incident open: the fragment its room asks for when somebody comes or goes."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.presence import people_in
from accounts.requests import PersonRequest
from incidents.models import Incident


def presence(request: PersonRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Incident.objects.visible_to(request.subject), code=code)
    people = people_in(found.code, but=request.user.pk)
    return render(request, "incidents/_presence.html", {"incident": found, "people": people})
