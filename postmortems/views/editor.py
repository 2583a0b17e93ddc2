"""The review of one incident: evidence beside the narrative; the same as a document; and its first step."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from incidents.models import Incident
from incidents.querysets import Names
from postmortems import readers
from postmortems.actions import reviews
from postmortems.evidence import GROUPS, groups_of
from postmortems.forms import FactorForm, HandOverForm, ImprovementForm, ReasonForm, RemarkForm, SectionForm
from postmortems.measures import Measure
from postmortems.models import Review


def review(request: PersonRequest, code: str) -> HttpResponse:
    return editor(request, code)


def editor(request: PersonRequest, code: str, status: int = 200, **forms) -> HttpResponse:
    """The review's page, with any form whose input was refused put back as it was sent."""
    incident = _incident(request, code)
    found = Review.objects.visible_to(request.subject).with_names().filter(incident=incident).first()
    if found is None:
        return render(request, "postmortems/none.html", {"incident": incident}, status=status)
    found.incident = incident
    context = _document(found) | _evidence(request, incident) | _abilities(request, found)
    context |= {
        "factor_form": FactorForm(),
        "remark_form": RemarkForm(),
        "reason_form": ReasonForm(),
        "remarks": found.remarks.select_related("by", "settled_by"),
    }
    if context["may_write"]:
        context |= _writing(request, found)
    return render(request, "postmortems/review.html", context | forms, status=status)


def review_print(request: PersonRequest, code: str) -> HttpResponse:
    """The whole review as one document, to read or to hand on."""
    incident = _incident(request, code)
    visible = Review.objects.visible_to(request.subject).with_names()
    found = get_object_or_404(visible, incident=incident)
    found.incident = incident
    return render(request, "postmortems/print.html", _document(found))


def review_start(request: PersonRequest, code: str) -> HttpResponse:
    incident = _incident(request, code)
    try:
        started = reviews.start(incident=incident, by=request.user, at=request.subject.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(incident)
    return redirect(started)


def _incident(request: PersonRequest, code: str) -> Incident:
    visible = Incident.objects.visible_to(request.subject)
    return get_object_or_404(visible.select_related("incident_manager", "profile"), code=code)


def _document(review: Review) -> dict:
    """What the review says, whoever reads it."""
    kept = review.measures
    return {
        "review": review,
        "incident": review.incident,
        "sections": list(review.sections.select_related("updated_by")),
        "factors": list(review.factors.all()),
        "improvements": list(review.improvements.select_related("owner", "settled_by")),
        "measures": reviews.measures(review.incident) if kept is None else [Measure(**one) for one in kept],
        "steps": review.steps.select_related("by", "owner"),
    }


def _evidence(request: PersonRequest, incident: Incident) -> dict:
    """The timeline, each entry with the groups it belongs to; the address says which group is shown."""
    entries = list(incident.timeline.select_related("actor", "curation"))
    asked = request.GET.get("show", "story")
    shown = asked if asked in GROUPS or asked == "all" else "story"
    rows = []
    for entry in entries:
        groups = groups_of(entry.kind)
        is_shown = shown == "all" or shown in groups
        rows.append(
            {"entry": entry, "groups": groups, "is_shown": is_shown, "day": localdate(entry.occurred_at)}
        )
    days = {row["day"] for row in rows if row["is_shown"]}
    return {
        "evidence": rows,
        "days": days,
        "names": Names.in_entries(entries, incident.tasks.all()),
        "show": shown,
    }


def _abilities(request: PersonRequest, review: Review) -> dict:
    may_edit = review.may_be_written_by(request.subject)
    return {
        "may_edit": may_edit,
        "may_write": may_edit and review.is_writable,
        "may_approve": review.may_be_approved_by(request.subject),
        "may_send_back": review.may_be_sent_back_by(request.subject),
    }


def _writing(request: PersonRequest, review: Review) -> dict:
    """What only a writer of a draft needs."""
    at = request.subject.at
    people = readers.who_may_know(review.incident, at=at)
    given: dict[str, Any] = {"incident": review.incident, "at": at, "people": people}
    return {
        "section_form": SectionForm(auto_id=False),
        "missing": reviews.missing(review),
        "owner_form": HandOverForm(initial={"owner": review.owner_id, "due_on": review.due_on}, **given),
        "improvement_form": ImprovementForm(initial={"owner": review.owner_id}, **given),
    }
