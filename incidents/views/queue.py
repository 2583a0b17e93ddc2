"""The queue: what waits for triage first, then what is under way."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import PersonRequest
from incidents.models import Incident

MOST_ROWS = 200


def incidents(request: PersonRequest) -> HttpResponse:
    visible = Incident.objects.visible_to(request.subject).select_related(
        "incident_manager", "acknowledged_by"
    )
    waiting = list(visible.in_triage().queue_order()[:MOST_ROWS])
    under_way = list(visible.open().exclude(pk__in=[i.pk for i in waiting]).queue_order()[:MOST_ROWS])
    ended = list(visible.ended().order_by("-declared_at", "-pk")[:20])
    context = {"waiting": waiting, "under_way": under_way, "ended": ended}
    return render(request, "incidents/queue.html", context)
