"""Handing a review over, submitting it, sending it back, approving it: one press each."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from postmortems.actions import reviews
from postmortems.forms import HandOverForm, ReasonForm
from postmortems.views.editor import editor
from postmortems.views.found import editable, visible


def review_owner(request: PersonRequest, code: str) -> HttpResponse:
    found, at = editable(request, code), request.subject.at
    form = HandOverForm(request.POST, incident=found.incident, at=at)
    if form.is_valid():
        try:
            reviews.hand_over(review=found, by=request.user, at=at, **form.cleaned_data)
            return redirect(found)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return editor(request, code, status=422, owner_form=form)


def review_submit(request: PersonRequest, code: str) -> HttpResponse:
    found = editable(request, code)
    try:
        reviews.submit(review=found, by=request.user, at=request.subject.at)
    except reviews.IncompleteError as refusal:
        return editor(request, code, status=422, refused=refusal.missing)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Submitted. Somebody who approves reviews reads it next."))
    return redirect(found)


def review_send_back(request: PersonRequest, code: str) -> HttpResponse:
    found = visible(request, code)
    if not found.may_be_sent_back_by(request.subject):
        raise Http404
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            reviews.send_back(
                review=found, reason=form.cleaned_data["reason"], by=request.user, at=request.subject.at
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(found)
    return editor(request, code, status=422, reason_form=form)


def review_approve(request: PersonRequest, code: str) -> HttpResponse:
    found = visible(request, code)
    try:
        reviews.approve(review=found, by=request.user, at=request.subject.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Approved. The improvements go on until they are done."))
    return redirect(found)
