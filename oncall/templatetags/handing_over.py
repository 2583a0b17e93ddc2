"""Handovers as fragments for home and for one's shifts."""

from typing import Any

from django import template

from oncall import handoffs
from oncall.forms.handovers import HandoverForm
from oncall.models import Handover

register = template.Library()


@register.inclusion_tag("oncall/_open_handovers.html", takes_context=True)
def open_handovers(context: dict[str, Any]) -> dict[str, Any]:
    """What the viewer has to accept, and what of theirs nobody has accepted. One query."""
    subject = context["subject"]
    rows = list(Handover.objects.open_of(subject.person_id, at=subject.at)) if subject.person_id else []
    return {"rows": rows, "subject": subject, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("oncall/_handover_form.html", takes_context=True)
def handover_form(context: dict[str, Any]) -> dict[str, Any]:
    """To be filled in by whoever goes off duty about now; says nothing to others. Six queries."""
    request = context["request"]
    due = handoffs.of_person(request.user, at=context["subject"].at)
    form = HandoverForm(handoffs=due, given=handoffs.given(request.user, due))
    return {"form": form, "csrf_token": context.get("csrf_token")}


@register.filter
def value_for(form: HandoverForm | str, handover: Handover) -> str:
    """Under which the form takes other words for a handover; empty where it takes none, or there is no form."""
    return form.value_of(handover) if isinstance(form, HandoverForm) else ""
