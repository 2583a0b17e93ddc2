"""Who else has an incident open, as a region that keeps itself current."""

from django import template

from accounts.presence import people_in

register = template.Library()


@register.inclusion_tag("incidents/_presence.html", takes_context=True)
def presence(context, incident):
    """Everyone in the incident's room but the viewer. The caller has found the incident through
    `visible_to`. Having this on a screen is what makes the screen a room."""
    return {"incident": incident, "people": people_in(incident.code, but=context["subject"].person_id)}
