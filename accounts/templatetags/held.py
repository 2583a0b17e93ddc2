"""How what somebody holds stands at the viewer's moment."""

from typing import Any

from django import template

from accounts.models import Clearance

register = template.Library()


@register.simple_tag(takes_context=True)
def clearance_state(context: dict[str, Any], held: Clearance) -> str:
    """`valid`, `coming` or `ended`."""
    at = context["subject"].at
    if held.is_valid(at=at):
        return "valid"
    return "coming" if held.valid_from > at else "ended"
