"""Escalation fragments that other apps' screens include by tag."""

from django import template

from escalations import endings, off_call, words
from escalations.forms.pages import PageForm
from escalations.models import Escalation, Page
from escalations.names import Names
from incidents.people import who_may_respond

register = template.Library()

# More of them would push what somebody opened out of sight.
MOST_IN_SIGHT = 3


@register.filter
def because(code):
    """Why a run or a page ended, in words."""
    return words.ended(code)


@register.filter
def ending(page):
    """What became of a page, as its responder is told."""
    return endings.ending(page)


@register.inclusion_tag("escalations/_panel.html", takes_context=True)
def escalation_panel(context, incident):
    """What was sent to whom for this incident, and what comes next."""
    escalations = Escalation.objects.for_panel(incident)
    by_hand = Page.objects.by_hand().filter(incident=incident)
    return {
        "incident": incident,
        "escalations": escalations,
        "by_hand": by_hand,
        "subject": context["subject"],
        "may_edit": context.get("may_edit", False),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("escalations/_page_form.html", takes_context=True)
def page_form(context, incident):
    """Choose somebody to page by hand: whoever responds and the room may be opened to, the viewer left out."""
    subject = context["subject"]
    form = PageForm(auto_id="page_%s")
    people = who_may_respond(incident, at=subject.at)
    others = (person for person in people if person.pk != subject.person_id)
    form.offer(others, off_call=off_call.functions(at=subject.at))
    return {"incident": incident, "form": form, "csrf_token": context.get("csrf_token")}


@register.simple_tag
def next_targets(escalation) -> list[str]:
    """Whom the next step will page, in words; empty when there is none, as for a page asked for by hand."""
    if escalation is None or escalation.state != Escalation.State.RUNNING:
        return []
    coming = escalation.ladder()[escalation.next_step :][:1]
    names = Names.of(coming)
    return [names.told(target) for step in coming for target in step.targets]


@register.inclusion_tag("escalations/_waiting_pages.html", takes_context=True)
def waiting_pages(context):
    """The pages awaiting the viewer, the worst in sight and the others a press away."""
    pages = list(Page.objects.visible_to(context["subject"]).waiting().worst_first())
    return {
        "count": len(pages),
        "pages": pages[:MOST_IN_SIGHT],
        "others": pages[MOST_IN_SIGHT:],
        "csrf_token": context.get("csrf_token"),
    }
