"""One incident: what is known, how its severity came about, what happened so far, what can be done next."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.requests import PersonRequest
from incidents.forms import DeclineForm, MergeForm
from incidents.models import Incident
from incidents.querysets import Names


def incident(request: PersonRequest, code: str) -> HttpResponse:
    return room(request, code)


def room(request: PersonRequest, code: str, status: int = 200, **forms) -> HttpResponse:
    """The incident's page, with any form whose input was refused put back as it was sent."""
    visible = Incident.objects.visible_to(request.subject)
    found = get_object_or_404(
        visible.select_related("incident_manager", "acknowledged_by", "merged_into", "profile"), code=code
    )
    timeline = list(found.timeline.select_related("actor"))
    context = {
        "incident": found,
        "may_edit": Incident.objects.visible_to(request.subject, "edit").filter(pk=found.pk).exists(),
        "may_triage": request.subject.may("incident.triage"),
        "reports": found.reports.prefetch_related("content").select_related("reporter", "integration"),
        "timeline": timeline,
        "names": Names.in_entries(timeline, found.tasks.all()),
        "decline_form": DeclineForm(),
        "merge_form": MergeForm(),
    }
    return render(request, "incidents/incident.html", context | forms, status=status)
