"""One incident beside the queue: enough to decide what becomes of it, and the acts that are possible."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import PersonRequest
from incidents import people
from incidents.forms.triage import DeclineForm, MergeForm
from incidents.models import Incident
from incidents.querysets import Names
from incidents.views.found import may_take_part, visible
from incidents.views.triage import likely_survivors

LATEST_ENTRIES, MOST_REPORTS = 3, 5


def incident_preview(request: PersonRequest, code: str) -> HttpResponse:
    return render(request, "incidents/_preview.html", about(request, visible(request, code)))


def about(request: PersonRequest, found: Incident) -> dict:
    """Everything `_preview.html` shows. As many queries however much there is to tell."""
    latest = found.timeline.shown().select_related("actor").order_by("-occurred_at", "-pk")
    entries = list(latest[:LATEST_ENTRIES])
    reports = found.reports.only("number", "title", "received_at", "incident")
    take_part = may_take_part(request, found)
    context = {
        "incident": found,
        "entries": entries,
        "names": Names.in_entries(entries, found.tasks.all()),
        "reports": reports[:MOST_REPORTS],
        "report_count": found.reports.count(),
        "may_take_part": take_part,
    }
    return context | _choices(request, found, take_part=take_part)


def _choices(request: PersonRequest, found: Incident, *, take_part: bool) -> dict:
    """What whoever triages may choose from; nothing for anybody else."""
    if not take_part or not request.subject.may("incident.triage"):
        return {"may_triage": False}
    if not found.stage_flags.awaits_triage:
        return {"may_triage": True}
    managers = people.who_may_manage(found, at=request.subject.at)
    return {
        "may_triage": True,
        "managers": [person for person in managers if person != request.user],
        "decline_form": DeclineForm(),
        "merge_form": MergeForm(likely=likely_survivors(request, found)),
    }
