"""What a review is made of beside its narrative: contributing factors, remarks, new improvements."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from postmortems.actions import factors, improvements, remarks
from postmortems.forms import FactorForm, ImprovementForm, RemarkForm
from postmortems.models import Review
from postmortems.views.editor import editor
from postmortems.views.found import editable, visible


def review_factors(request: PersonRequest, code: str) -> HttpResponse:
    found, form = editable(request, code), FactorForm(request.POST)
    if form.is_valid():
        try:
            factors.add(review=found, by=request.user, at=request.subject.at, **form.cleaned_data)
            return _back(found, "factors")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return editor(request, code, status=422, factor_form=form)


def review_factor(request: PersonRequest, code: str, pk) -> HttpResponse:
    """Reword it, or take it out."""
    found = editable(request, code)
    factor = get_object_or_404(found.factors.select_related("review"), pk=pk)
    form = FactorForm(request.POST, auto_id=f"factor_{pk}_%s")
    told: dict[str, Any] = {"factor": factor, "by": request.user, "at": request.subject.at}
    try:
        if "remove" in request.POST:
            factors.remove(**told)
            return _back(found, "factors")
        if form.is_valid():
            factors.change(**told, **form.cleaned_data)
            return _back(found, "factors")
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return editor(request, code, status=422, changed_factor=factor.pk, changed_form=form)


def review_remarks(request: PersonRequest, code: str) -> HttpResponse:
    found, form = visible(request, code), RemarkForm(request.POST)
    if form.is_valid():
        try:
            remarks.add(review=found, by=request.user, at=request.subject.at, **form.cleaned_data)
            return _back(found, "remarks")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return editor(request, code, status=422, remark_form=form)


def review_remark_settle(request: PersonRequest, code: str, pk) -> HttpResponse:
    found = editable(request, code)
    remark = get_object_or_404(found.remarks, pk=pk)
    remarks.settle(remark=remark, by=request.user, at=request.subject.at)
    return _back(found, "remarks")


def review_improvements(request: PersonRequest, code: str) -> HttpResponse:
    found, at = editable(request, code), request.subject.at
    form = ImprovementForm(request.POST, incident=found.incident, at=at)
    if form.is_valid():
        try:
            improvements.add(review=found, plan=form.plan(), by=request.user, at=at)
            return _back(found, "improvements")
        except Refused as refusal:
            messages.error(request, str(refusal))
    return editor(request, code, status=422, improvement_form=form)


def _back(review: Review, part: str) -> HttpResponse:
    return redirect(f"{review.get_absolute_url()}#{part}")
