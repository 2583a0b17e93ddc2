"""Raising something, and the receipt that it landed."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from incidents.actions import intake
from incidents.actions.submission import Submission
from incidents.choices import Source
from incidents.forms.report import ReportForm
from incidents.models import Incident, Report
from incidents.views.found import kept as landed


def report(request: PersonRequest) -> HttpResponse:
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept, _new = intake.receive(submission=_submission(form, request), at=request.subject.at)
        except intake.IdempotencyConflictError as conflict:
            form.begin_anew(already=conflict.first.number)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            landed(request, _("Your report landed. The people on duty are being told."), "report")
            return redirect(kept)
    return render(request, "incidents/report.html", {"form": form}, status=422 if form.errors else 200)


def receipts(request: PersonRequest) -> HttpResponse:
    """What the viewer has sent, newest first."""
    sent = Report.objects.filter(reporter=request.user).select_related("incident")[:100]
    return render(request, "incidents/receipts.html", {"reports": sent})


def receipt(request: PersonRequest, number: str) -> HttpResponse:
    """Number, time, state and what was sent. The incident behind it is linked only for those who may see it."""
    visible = Report.objects.visible_to(request.subject, Incident.objects.all())
    report = get_object_or_404(visible.select_related("incident"), number=number)
    may_see = Incident.objects.visible_to(request.subject).filter(pk=report.incident_id).exists()
    context = {
        "report": report,
        "incident": report.incident if may_see else None,
        "content": report.content.all(),
    }
    return render(request, "incidents/receipt.html", context)


def _submission(form: ReportForm, request: PersonRequest) -> Submission:
    told = form.cleaned_data
    plain = (
        "title",
        "harm_type",
        "description",
        "region",
        "language",
        "content",
        "deadline_at",
        "deadline_words",
        "mode",
    )
    return Submission(
        source=Source.FORM,
        principal=f"person:{request.user.pk}",
        reporter=request.user,
        idempotency_key=told["key"] or None,
        severity_inputs=form.severity_inputs,
        **{name: told[name] for name in plain},
    )
