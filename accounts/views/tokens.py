"""A person's own API tokens. A secret is in the one answer to the press that made it and nowhere else, not
even on the way to another page; sending the form again is refused, for the name is taken."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.actions import tokens as actions
from accounts.forms.tokens import TokenForm
from accounts.models import ApiToken
from accounts.refusals import Refused
from accounts.requests import PersonRequest


def tokens(request: PersonRequest) -> HttpResponse:
    form, made, secret = TokenForm(request.POST or None), None, ""
    if request.method == "POST" and form.is_valid():
        at, name = request.subject.at, form.cleaned_data["name"]
        try:
            made, secret = actions.make(person=request.user, name=name, expires_at=form.expires_at(at), at=at)
        except Refused as refusal:
            form.add_error("name", str(refusal))
    standing = ApiToken.objects.standing().filter(person=request.user).order_by("-created_at", "-pk")
    context = {"form": TokenForm() if made else form, "made": made, "secret": secret, "tokens": standing}
    return render(request, "accounts/tokens.html", context, status=422 if form.errors else 200)


def revoke(request: PersonRequest, token_id: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=token_id, person=request.user)
    actions.revoke(token=token, by=request.user, at=request.subject.at)
    messages.success(request, _("“%(name)s” is revoked and opens nothing any more.") % {"name": token.name})
    return redirect("tokens")
