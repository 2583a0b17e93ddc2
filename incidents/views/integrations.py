"""The machines that report, and their keys. A key is in the one answer to the press that made it and nowhere
else; sending the same form again is refused, for the name is taken or the key another one by then."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from accounts.site import absolute
from incidents.actions import integrations as actions
from incidents.entrances import ENTRANCES, Entrance
from incidents.forms.integrations import IntegrationForm, RevokeForm, RotateForm
from incidents.models import Integration


def integrations(request: PersonRequest) -> HttpResponse:
    found = list(Integration.objects.with_last_report())
    context = {
        "standing": [one for one in found if one.revoked_at is None],
        "revoked": [one for one in found if one.revoked_at is not None],
    }
    return render(request, "incidents/integrations.html", context)


def integration(request: PersonRequest, integration_id: int) -> HttpResponse:
    return _page(request, integration_id)


def add(request: PersonRequest) -> HttpResponse:
    form = IntegrationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, key = actions.create(by=request.user, at=request.subject.at, **form.cleaned_data)
            return _page(request, made.pk, key=key)
        except Refused as refusal:
            form.add_error("name", str(refusal))
    return render(
        request, "incidents/integration_sheet.html", {"form": form}, status=422 if form.errors else 200
    )


def edit(request: PersonRequest, integration_id: int) -> HttpResponse:
    found = get_object_or_404(Integration, pk=integration_id, revoked_at=None)
    initial = {field: getattr(found, field) for field in actions.SETTINGS}
    form = IntegrationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(integration=found, by=request.user, at=request.subject.at, **form.cleaned_data)
            messages.success(request, _("Saved. Reports from now on follow it."))
            return redirect("integration", found.pk)
        except Refused as refusal:
            form.add_error("name", str(refusal))
    context = {"form": form, "integration": found}
    return render(request, "incidents/integration_sheet.html", context, status=422 if form.errors else 200)


def rotate(request: PersonRequest, integration_id: int) -> HttpResponse:
    found = get_object_or_404(Integration, pk=integration_id)
    form = RotateForm(request.POST)
    if form.is_valid():
        told = {"overlap": form.overlap, "seen": form.cleaned_data["seen"]}
        try:
            key = actions.rotate(integration=found, by=request.user, at=request.subject.at, **told)
            return _page(request, integration_id, key=key)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("integration", integration_id)
    return _page(request, integration_id, status=422, rotate_form=form)


def end_old_key(request: PersonRequest, integration_id: int) -> HttpResponse:
    found = get_object_or_404(Integration, pk=integration_id)
    try:
        actions.end_old_key(integration=found, by=request.user, at=request.subject.at)
        messages.success(request, _("The old key works no longer."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("integration", integration_id)


def revoke(request: PersonRequest, integration_id: int) -> HttpResponse:
    found = get_object_or_404(Integration, pk=integration_id)
    form = RevokeForm(request.POST)
    if form.is_valid():
        try:
            actions.revoke(integration=found, by=request.user, at=request.subject.at, **form.cleaned_data)
            messages.success(request, _("Revoked. Nothing comes in by it any more."))
            return redirect("integration", integration_id)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _page(request, integration_id, status=422, revoke_form=form)


def _page(request: PersonRequest, integration_id: int, status: int = 200, **more: Any) -> HttpResponse:
    """The integration, with a key just made, or with a form whose input was refused put back as it was sent."""
    found = get_object_or_404(Integration.objects.with_last_report(), pk=integration_id)
    old_key_counts = found.old_key_until is not None and found.old_key_until > request.subject.at
    context = {
        "integration": found,
        "old_key_counts": old_key_counts,
        "entrances": [_addresses(entrance, more.get("key")) for entrance in ENTRANCES.values()],
        "tab": "overview",
        "rotate_form": RotateForm(initial={"seen": actions.key_mark(found)}),
        "revoke_form": RevokeForm(auto_id="revoke_%s"),
    }
    return render(request, "incidents/integration.html", context | more, status=status)


def _addresses(entrance: Entrance, key: str | None) -> dict[str, Any]:
    """Where a door is; with the key in it only on the one page that shows the key."""
    addresses = [absolute(reverse(name)) for name in entrance.routes]
    if entrance.keyed_route:
        addresses.append(absolute(reverse(entrance.keyed_route, args=[key or "KEY"])))
    return {"entrance": entrance, "addresses": addresses}
