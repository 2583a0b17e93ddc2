"""What was sent to whom for an incident, what comes next, and asking one more person by hand."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from escalations.actions import pages
from escalations.forms.pages import PageForm
from escalations.models import Escalation, Page
from incidents.models import Incident
from incidents.people import who_may_respond


def escalation_panel(request: PersonRequest, code: str) -> HttpResponse:
    incident = get_object_or_404(Incident.objects.visible_to(request.subject), code=code)
    context = {
        "incident": incident,
        "escalations": Escalation.objects.for_panel(incident),
        "by_hand": Page.objects.by_hand().filter(incident=incident),
    }
    return render(request, "escalations/_panel.html", context)


def page_by_hand(request: PersonRequest, code: str) -> HttpResponse:
    """Ask somebody the room may be opened to; the page says who asks."""
    editable = Incident.objects.visible_to(request.subject, "edit").select_related("profile")
    incident = get_object_or_404(editable, code=code)
    form = PageForm(request.POST)
    form.offer(who_may_respond(incident, at=request.subject.at))
    if not form.is_valid():
        messages.error(request, _("Choose somebody from the list to page."))
        return redirect(incident)
    try:
        page = pages.send_by_hand(
            incident=incident, responder=form.cleaned_data["person"], by=request.user, at=request.subject.at
        )
        messages.success(request, _("%(name)s is being paged.") % {"name": page.responder})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(incident)
