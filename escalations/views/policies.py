"""Escalation policies: the list, one of them, and the sheet on which they are written. Buttons on the sheet come
back here with everything typed; only *Save* saves."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from escalations import off_call
from escalations.actions import policies as actions
from escalations.drafts import Draft
from escalations.forms.policies import PolicyForm, Targets, draft_of
from escalations.models import EscalationPolicy


def policies(request: PersonRequest) -> HttpResponse:
    found = EscalationPolicy.objects.with_steps().prefetch_related("routes")
    context = {"policies": found, "off_call": off_call.functions(at=request.subject.at)}
    return render(request, "escalations/policies.html", context)


def policy(request: PersonRequest, policy_id: int) -> HttpResponse:
    found = get_object_or_404(EscalationPolicy.objects.with_steps(), pk=policy_id)
    context = {"policy": found, "routes": found.routes.all()}
    context["off_call"] = off_call.functions(at=request.subject.at)
    return render(request, "escalations/policy.html", context)


def add(request: PersonRequest) -> HttpResponse:
    return _sheet(request, None)


def edit(request: PersonRequest, policy_id: int) -> HttpResponse:
    return _sheet(request, get_object_or_404(EscalationPolicy.objects.with_steps(), pk=policy_id))


def remove(request: PersonRequest, policy_id: int) -> HttpResponse:
    found = get_object_or_404(EscalationPolicy, pk=policy_id)
    try:
        actions.remove(policy=found, by=request.user, at=request.subject.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("policy", policy_id)
    messages.success(request, _("“%(name)s” is removed.") % {"name": found.name})
    return redirect("policies")


def _sheet(request: PersonRequest, policy: EscalationPolicy | None) -> HttpResponse:
    draft = draft_of(policy) if policy else Draft()
    if request.method == "POST":
        draft = Draft.posted(request.POST)
    pressed = request.POST.get("press", "save")
    if pressed != "save":
        draft.press(pressed)
        return _shown(request, policy, PolicyForm(draft, Targets(policy), sent=False))
    form = PolicyForm(draft, Targets(policy), sent=request.method == "POST")
    if request.method != "POST":
        return _shown(request, policy, form)
    if form.is_valid():
        try:
            return redirect("policy", _saved(request, policy, form).pk)
        except actions.ChangedMeanwhileError as refusal:
            assert policy, "only a policy that is there can have changed"  # noqa: S101
            return _beside_theirs(request, draft, str(refusal), policy)
        except Refused as refusal:
            form.refuse(str(refusal))
    return _shown(request, policy, form, status=422)


def _saved(request: PersonRequest, policy: EscalationPolicy | None, form: PolicyForm) -> EscalationPolicy:
    told = {"name": form.head.cleaned_data["name"], "steps": form.steps, "end": form.end}
    told |= {"by": request.user, "at": request.subject.at}
    if policy is None:
        saved = actions.create(**told)
    else:
        saved = actions.change(policy=policy, version=form.head.cleaned_data["version"], **told)
    messages.success(request, _("Saved. What begins from now on follows it."))
    return saved


def _beside_theirs(
    request: PersonRequest, draft: Draft, sentence: str, policy: EscalationPolicy
) -> HttpResponse:
    """Both versions, and a form whose next *Save* knows of theirs."""
    theirs = EscalationPolicy.objects.with_steps().get(pk=policy.pk)
    draft.version = str(theirs.version)
    form = PolicyForm(draft, Targets(theirs), sent=True)
    form.refuse(sentence)
    return _shown(request, theirs, form, status=422, theirs=theirs)


def _shown(
    request: PersonRequest,
    policy: EscalationPolicy | None,
    form: PolicyForm,
    status: int = 200,
    theirs: EscalationPolicy | None = None,
) -> HttpResponse:
    nobody = off_call.functions(at=request.subject.at)
    context = {"policy": policy, "form": form, "theirs": theirs, "off_call": nobody}
    return render(request, "escalations/policy_sheet.html", context, status=status)
