"""Everybody who may sign in: finding them, adding them, keeping their profile. Nobody types anybody's password:
whoever is new gets a mail with a link to choose one."""

import logging
from smtplib import SMTPException

from allauth.account.forms import ResetPasswordForm
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.actions import people as actions
from accounts.filters import PeopleFilter
from accounts.forms.people import PersonForm, ProfileForm, zones
from accounts.models import User
from accounts.refusals import Refused
from accounts.requests import PersonRequest

log = logging.getLogger("watchfloor.people")
A_PAGE = 50


def people(request: PersonRequest) -> HttpResponse:
    everyone = User.objects.with_holdings().order_by("-is_active", "name", "pk")
    found = PeopleFilter(request.GET, queryset=everyone)
    page = Paginator(found.qs, A_PAGE).get_page(request.GET.get("page"))
    rows = [{"person": person, "holds": person.subject(at=request.subject.at)} for person in page]
    context = {"rows": rows, "page": page, "form": found.form, "narrowed": any(found.form.data.values())}
    return render(request, "accounts/people.html", context)


def add(request: PersonRequest) -> HttpResponse:
    form = PersonForm(request.POST or None, initial={"time_zone": request.user.time_zone})
    if request.method == "POST" and form.is_valid():
        person = actions.add(**form.cleaned_data, by=request.user, at=request.subject.at)
        _send_link(request, person)
        return redirect("person", person.pk)
    context = {"form": form, "zones": zones()}
    return render(request, "accounts/person_add.html", context, status=422 if form.errors else 200)


def edit(request: PersonRequest, person_id: int) -> HttpResponse:
    person = get_object_or_404(User, pk=person_id)
    profile = {field: getattr(person, field) for field in actions.PROFILE}
    profile["languages"] = ", ".join(person.languages)
    form = ProfileForm(request.POST or None, initial=profile, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit(person=person, by=request.user, at=request.subject.at, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("person", person.pk)
        except Refused as refusal:
            form.add_error("email", str(refusal))
    context = {"form": form, "person": person, "zones": zones()}
    return render(request, "accounts/person_edit.html", context, status=422 if form.errors else 200)


def invite(request: PersonRequest, person_id: int) -> HttpResponse:
    """The link once more, for whoever lost it or let it run out."""
    person = get_object_or_404(User, pk=person_id, is_active=True)
    _send_link(request, person)
    return redirect("person", person.pk)


def _send_link(request: PersonRequest, person: User) -> None:
    """The sign-in library's own link for choosing a password. The person stays added when the mail server does
    not answer; the link can be sent again."""
    form = ResetPasswordForm({"email": person.email})
    try:
        if form.is_valid():
            form.save(request)
    except (OSError, SMTPException):
        log.warning("invitation not sent: person %s", person.pk)
        messages.error(
            request, _("The mail server did not take the mail. Send the link again in a few minutes.")
        )
        return
    actions.invited(person=person, by=request.user, at=request.subject.at)
    messages.success(
        request, _("%(name)s gets a mail with a link to choose a password.") % {"name": person.name}
    )
