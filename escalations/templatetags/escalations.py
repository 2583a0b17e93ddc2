"""Escalation fragments that other apps' screens include by tag."""

from django import template

from escalations.models import Escalation, Page

register = template.Library()


@register.inclusion_tag("escalations/_panel.html")
def escalation_panel(incident):
    """What was sent to whom for this incident, and what comes next."""
    return {"incident": incident, "escalations": Escalation.objects.for_panel(incident)}


@register.inclusion_tag("escalations/_waiting_pages.html", takes_context=True)
def waiting_pages(context):
    """The pages awaiting the viewer."""
    pages = Page.objects.visible_to(context["subject"]).waiting().newest_first()
    return {"pages": pages, "request": context["request"]}
