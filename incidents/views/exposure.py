"""What the viewer is not paged for. Theirs alone: no address here names a person or a kind, so that no log does."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.actions import exposure as actions
from accounts.models import OptOut
from accounts.requests import PersonRequest
from incidents.forms.exposure import OptOutForm
from incidents.taxonomy import HARM_TYPES


def exposure(request: PersonRequest) -> HttpResponse:
    at = request.subject.at
    standing = {one.harm_type: one for one in OptOut.objects.standing(at=at).filter(person=request.user)}
    lasting = {code for code, one in standing.items() if one.until is None}
    form = OptOutForm(request.POST or None, lasting=lasting)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["harm_types"]
        actions.opt_out(person=request.user, harm_types=chosen, at=at, today=form.today)
        messages.success(request, _("Saved. You are not paged for these from now on."))
        return redirect("exposure")
    told = [(harm, standing[code]) for code, harm in HARM_TYPES.items() if code in standing]
    context = {"form": form, "standing": told}
    return render(request, "incidents/exposure/exposure.html", context, status=422 if form.errors else 200)


def ask_again(request: PersonRequest) -> HttpResponse:
    harm_type = request.POST.get("harm_type", "")
    if harm_type not in HARM_TYPES:
        raise Http404
    actions.ask_again(person=request.user, harm_type=harm_type)
    messages.success(request, _("Saved. You can be paged for it again."))
    return redirect("exposure")
