"""What was sent to whom for an incident, and what comes next."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.requests import PersonRequest
from escalations.models import Escalation
from incidents.models import Incident


def escalation_panel(request: PersonRequest, code: str) -> HttpResponse:
    incident = get_object_or_404(Incident.objects.visible_to(request.subject), code=code)
    context = {"incident": incident, "escalations": Escalation.objects.for_panel(incident)}
    return render(request, "escalations/_panel.html", context)
