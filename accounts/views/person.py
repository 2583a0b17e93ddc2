"""One person: profile, roles, clearances, contact methods, and whether the account is active. What is posted
from here and refused comes back to this page as it was sent."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.actions import contacts
from accounts.actions import people as actions
from accounts.forms.people import ClearanceForm, ReasonForm, RolesForm
from accounts.models import AuditEvent, ContactMethod, User
from accounts.refusals import Refused
from accounts.requests import PersonRequest

LATEST = 8


def person(request: PersonRequest, person_id: int) -> HttpResponse:
    return sheet(request, person_id)


def sheet(request: PersonRequest, person_id: int, status: int = 200, **forms: Any) -> HttpResponse:
    """The page, with any form whose input was refused put back as it was sent."""
    found = get_object_or_404(User.objects.with_holdings(), pk=person_id)
    subject, held = request.subject, sorted(a.role for a in found.role_assignments.all())
    oneself = found.pk == request.user.pk
    context = {
        "person": found,
        "oneself": oneself,
        "may_manage": subject.may("people.manage"),
        "may_change_roles": subject.may("people.manage") and not oneself,
        "may_clear": subject.may("clearances.manage") and not oneself,
        "clearances": found.clearances.select_related("granted_by").order_by("kind", "-valid_from", "-pk"),
        "methods": found.contact_methods.kept(),
        "roles_form": RolesForm(initial={"roles": held}),
        "reason_form": ReasonForm(),
        "clearance_form": ClearanceForm(at=subject.at),
        "end_form": ReasonForm(auto_id=False),
        "events": _latest(found) if subject.may("audit.view") else None,
    }
    return render(request, "accounts/person.html", context | forms, status=status)


def roles(request: PersonRequest, person_id: int) -> HttpResponse:
    found = get_object_or_404(User, pk=person_id)
    form = RolesForm(request.POST)
    if form.is_valid():
        try:
            actions.choose_roles(person=found, by=request.user, at=request.subject.at, **form.cleaned_data)
            messages.success(request, _("Roles saved. They count from the next page they open."))
            return redirect("person", found.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return sheet(request, person_id, status=422, roles_form=form)


def deactivate(request: PersonRequest, person_id: int) -> HttpResponse:
    return _with_reason(request, person_id, actions.deactivate, _("Deactivated, and signed out everywhere."))


def reactivate(request: PersonRequest, person_id: int) -> HttpResponse:
    return _with_reason(
        request, person_id, actions.reactivate, _("Active again, with the roles from before.")
    )


def switch_contact_method(request: PersonRequest, person_id: int, method_id: int) -> HttpResponse:
    method = get_object_or_404(ContactMethod.objects.kept(), pk=method_id, person=person_id)
    switch = contacts.enable if request.POST.get("to") == "on" else contacts.disable
    switch(method=method, by=request.user, at=request.subject.at)
    return redirect("person", person_id)


def _with_reason(
    request: PersonRequest, person_id: int, action: Callable[..., None], done: str
) -> HttpResponse:
    found = get_object_or_404(User, pk=person_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            action(person=found, by=request.user, at=request.subject.at, **form.cleaned_data)
            messages.success(request, done)
            return redirect("person", found.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return sheet(request, person_id, status=422, reason_form=form)


def _latest(person: User) -> list[AuditEvent]:
    about = AuditEvent.objects.filter(object_type="user", object_id=person.pk)
    return about.page(before=None, size=LATEST)[0]
