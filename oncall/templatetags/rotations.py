"""What somebody takes part in, for their page under administration."""

from typing import Any

from django import template
from django.db.models import Q

from oncall.models import DutyName, Layer

register = template.Library()


@register.inclusion_tag("oncall/_rotations.html", takes_context=True)
def rotations_of(context: dict[str, Any], person: Any) -> dict[str, Any]:
    """The rotations in force, or still to come, that a person has a place in."""
    at = context["subject"].at
    layers = (
        Layer.objects.filter(Q(effective_until=None) | Q(effective_until__gt=at), participants__person=person)
        .select_related("roster")
        .order_by("roster__name", "name")
        .distinct()
    )
    rows = [
        {"roster": layer.roster.name, "layer": layer.name, "duty": DutyName(layer.duty).label}
        for layer in layers
    ]
    return {"rows": rows, "person": person}
