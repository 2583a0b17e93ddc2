"""What came in at an integration's doors and what became of it; and trying an event, before a machine sends it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from incidents.actions import arrivals, calls
from incidents.choices import Mode
from incidents.doors import BadEventError, Event
from incidents.entrances import ENTRANCES, Entrance
from incidents.forms.intake import TryForm
from incidents.models import Incident, IntakeRecord, Integration, Report

A_PAGE = 50


def log(request: PersonRequest, integration_id: int) -> HttpResponse:
    integration = get_object_or_404(Integration, pk=integration_id)
    refused = "refused" in request.GET
    found = integration.intake_records.select_related("report__incident")
    lines, older = found.page(before=_mark(request), size=A_PAGE, refused=refused)
    reports = Report.objects.visible_to(request.subject, Incident.objects.all())
    context = {
        "integration": integration,
        "lines": lines,
        "older": older,
        "refused": refused,
        "paged": bool(_mark(request)),
        "visible": set(
            reports.filter(pk__in=[line.report_id for line in lines]).values_list("pk", flat=True)
        ),
        "tab": "log",
    }
    return render(request, "incidents/intake_log.html", context)


def attempt(request: PersonRequest, integration_id: int) -> HttpResponse:
    integration = get_object_or_404(Integration, pk=integration_id, revoked_at=None)
    asked = request.GET.get("door", "")
    entrance = ENTRANCES.get(asked, ENTRANCES[IntakeRecord.Door.EVENTS_V2])
    form = TryForm(request.POST or None, entrance=entrance)
    context = {"integration": integration, "entrance": entrance, "form": form, "tab": "try"}
    if request.method == "POST" and form.is_valid() and form.event is not None:
        try:
            if request.POST.get("press") == "send":
                return _sent(request, integration, entrance, form.event)
            readings = arrivals.look(
                event=form.event, integration=integration, source=entrance.source, at=request.subject.at
            )
            context |= {"event": form.event, "readings": readings}
        except BadEventError as error:
            form.add_error("body", error.errors)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context["entrances"] = ENTRANCES.values()
    return render(request, "incidents/intake_try.html", context, status=422 if form.errors else 200)


def _sent(request: PersonRequest, integration: Integration, entrance: Entrance, event: Event) -> HttpResponse:
    """As if the machine had sent it, but as a test, and told by whoever pressed."""
    at = request.subject.at
    result, _key = arrivals.take(
        event=event,
        integration=integration,
        source=entrance.source,
        at=at,
        mode=Mode.TEST,
        by=request.user,
    )
    calls.keep(
        integration=integration,
        door=entrance.code,
        at=at,
        status=entrance.kept,
        outcome=result.outcome,
        detail=_("Tried by hand, as a test"),
        report=result.reports[0] if result.reports else None,
    )
    messages.success(request, _("Sent as a test. What became of it is in the log."))
    return redirect("integration_log", integration.pk)


def _mark(request: PersonRequest) -> int | None:
    """Where the page begins; anything but a number is the newest."""
    told = request.GET.get("before", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else None
