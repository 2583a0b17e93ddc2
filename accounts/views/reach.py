"""How the viewer is reached: everything on one page, and a page of its own for each method. All of it is their own;
another person's method is 404."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions import contacts, verification
from accounts.actions import reach as actions
from accounts.browsers import browser_name
from accounts.channels import push, registry
from accounts.forms.reach import FORMS, CodeForm, QuietForm, RulesForm
from accounts.models import ContactMethod, Delivery
from accounts.refusals import Refused
from accounts.requests import PersonRequest

TOLD = 40


def reach(request: PersonRequest) -> HttpResponse:
    return _page(request)


def add(request: PersonRequest, kind: str) -> HttpResponse:
    """The form of one kind; sending it sends the code as well. A webhook's secret is in this one answer."""
    if kind not in registry.offered():
        raise Http404
    form = FORMS[kind](request.POST or None, initial={"label": _named(request) if kind == "push" else ""})
    if request.method == "POST" and form.is_valid():
        try:
            told, at = form.told(), request.subject.at
            method = actions.add(person=request.user, kind=kind, at=at, **told)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            _send_code(request, method)
            secret = told["secret"] if kind == "webhook" else ""
            return _sheet(request, method, secret=secret) if secret else redirect("reach_method", method.pk)
    context = {
        "form": form,
        "kind": kind,
        "name": ContactMethod.Kind(kind).label,
        "push_key": push.public_key(),
    }
    return render(request, "accounts/reach/add.html", context, status=422 if form.errors else 200)


def method(request: PersonRequest, method_id: int) -> HttpResponse:
    """One method; a code typed in here verifies it."""
    found = _mine(request, method_id)
    if request.method != "POST":
        return _sheet(request, found)
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            told = form.cleaned_data["code"]
            verification.verify(method=found, code=told, by=request.user, at=request.subject.at)
            messages.success(request, _("Verified. Pages reach you there from now on."))
            return redirect("reach")
        except Refused as refusal:
            form.add_error("code", str(refusal))
    return _sheet(request, found, status=422, form=form)


def send_code(request: PersonRequest, method_id: int) -> HttpResponse:
    found = _mine(request, method_id)
    if _send_code(request, found):
        messages.success(request, _("A new code is on its way. The one before has ended."))
    return redirect("reach_method", method_id)


def try_out(request: PersonRequest, method_id: int) -> HttpResponse:
    return _try_out(request, [_mine(request, method_id)])


def try_all(request: PersonRequest) -> HttpResponse:
    return _try_out(request, list(ContactMethod.objects.usable().filter(person=request.user)))


def switch(request: PersonRequest, method_id: int) -> HttpResponse:
    to = contacts.enable if request.POST.get("to") == "on" else contacts.disable
    to(method=_mine(request, method_id), by=request.user, at=request.subject.at)
    return redirect("reach")


def remove(request: PersonRequest, method_id: int) -> HttpResponse:
    actions.remove(method=_mine(request, method_id), at=request.subject.at)
    messages.success(request, _("Removed. Nothing is sent there any more."))
    return redirect("reach")


def move(request: PersonRequest, method_id: int) -> HttpResponse:
    """Back to where the way stands now, so that whoever goes by keyboard moves it on from there."""
    actions.move(method=_mine(request, method_id), by=-1 if request.POST.get("to") == "up" else 1)
    return redirect(f"{reverse('reach')}#way-{method_id}")


def rules(request: PersonRequest) -> HttpResponse:
    form = _rules_form(request, request.POST)
    if not form.is_valid():
        return _page(request, status=422, rules=form)
    actions.choose_rules(person=request.user, delays=form.delays())
    messages.success(request, _("Saved. The next page follows it."))
    return redirect("reach")


def quiet_hours(request: PersonRequest) -> HttpResponse:
    form = QuietForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, quiet=form)
    actions.choose_quiet_hours(person=request.user, **form.cleaned_data)
    messages.success(request, _("Saved. The next page follows it."))
    return redirect("reach")


def _page(request: PersonRequest, status: int = 200, **forms: Any) -> HttpResponse:
    person = request.user
    sent = Delivery.objects.filter(message__to=person).select_related("message", "method")
    context = {
        "methods": ContactMethod.objects.kept().filter(person=person),
        "offered": [(kind, ContactMethod.Kind(kind).label) for kind in registry.offered()],
        "rules": _rules_form(request),
        "quiet": QuietForm(initial={"starts": person.quiet_from, "ends": person.quiet_until}),
        "sent": sent.order_by("-pk")[:TOLD],
    }
    return render(request, "accounts/reach/reach.html", context | forms, status=status)


def _sheet(request: PersonRequest, found: ContactMethod, status: int = 200, **told: Any) -> HttpResponse:
    context = {"method": found, "form": CodeForm()}
    return render(request, "accounts/reach/method.html", context | told, status=status)


def _mine(request: PersonRequest, method_id: int) -> ContactMethod:
    rows = ContactMethod.objects.kept().select_related("person")
    return get_object_or_404(rows, pk=method_id, person=request.user)


def _rules_form(request: PersonRequest, posted: Any = None) -> RulesForm:
    methods = list(ContactMethod.objects.kept().filter(person=request.user))
    return RulesForm(posted, methods=methods, rules=list(request.user.notification_rules.all()))


def _send_code(request: PersonRequest, found: ContactMethod) -> bool:
    try:
        verification.send_code(method=found, by=request.user, at=request.subject.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def _try_out(request: PersonRequest, methods: list[ContactMethod]) -> HttpResponse:
    sent = 0
    for found in methods:
        try:
            actions.try_out(person=request.user, method=found, at=request.subject.at)
            sent += 1
        except Refused as refusal:
            messages.error(request, str(refusal))
    if sent:
        told = ngettext("A test page is on its way.", "%(count)s test pages are on their way.", sent)
        messages.success(request, told % {"count": sent})
    return redirect("reach")


def _named(request: PersonRequest) -> str:
    return browser_name(request.headers.get("User-Agent", ""))
