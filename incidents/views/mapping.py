"""An integration's mapping rules: the list in the order it is read, and changing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from incidents.actions import mapping_rules as actions
from incidents.forms.intake import RuleForm
from incidents.models import Integration, MappingRule


def rules(request: PersonRequest, integration_id: int) -> HttpResponse:
    integration = get_object_or_404(Integration, pk=integration_id)
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add(integration=integration, by=request.user, at=request.subject.at, **form.cleaned_data)
            messages.success(request, _("Rule added. Events from now on are held against it."))
            return redirect("integration_rules", integration_id)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    found = list(integration.mapping_rules.order_by("position"))
    context = {"rules": found, "order": ",".join(str(rule.pk) for rule in found)}
    return _page(request, "incidents/mapping_rules.html", integration, form, **context)


def edit(request: PersonRequest, integration_id: int, rule_id: int) -> HttpResponse:
    rule = _found(integration_id, rule_id)
    initial = {name: getattr(rule, name) for name in ("path", "value", "harm_type", "severity")}
    form = RuleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(rule=rule, by=request.user, at=request.subject.at, **form.cleaned_data)
            messages.success(request, _("Saved. Events from now on follow it."))
            return redirect("integration_rules", integration_id)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _page(request, "incidents/mapping_rule.html", rule.integration, form, rule=rule)


def move(request: PersonRequest, integration_id: int, rule_id: int) -> HttpResponse:
    rule = _found(integration_id, rule_id)
    places = -1 if request.POST.get("to") == "up" else 1
    told = request.POST.get("order", "").split(",")
    seen = [int(pk) for pk in told if pk.isascii() and pk.isdigit()]
    try:
        actions.move(rule=rule, by_places=places, seen=seen, by=request.user, at=request.subject.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("integration_rules", integration_id)


def remove(request: PersonRequest, integration_id: int, rule_id: int) -> HttpResponse:
    try:
        rule = _found(integration_id, rule_id)
        actions.remove(rule=rule, by=request.user, at=request.subject.at)
        messages.success(request, _("Rule removed."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("integration_rules", integration_id)


def _found(integration_id: int, rule_id: int) -> MappingRule:
    rules = MappingRule.objects.select_related("integration")
    return get_object_or_404(rules, pk=rule_id, integration=integration_id)


def _page(
    request: PersonRequest, template: str, integration: Integration, form: RuleForm, **more: Any
) -> HttpResponse:
    context = {"integration": integration, "form": form, "tab": "rules", **more}
    return render(request, template, context, status=422 if form.errors else 200)
