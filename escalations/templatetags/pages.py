"""What a page says of itself in the room: why it was sent, what became of each attempt, and what comes next."""

from collections.abc import Sequence

from django import template
from django.utils.translation import gettext as _

from accounts.models import Delivery
from accounts.templatetags import reach
from escalations import words
from escalations.models import Page

register = template.Library()


@register.filter
def asked_as(page: Page) -> str:
    """At which step or by whom, for which function, and from whom it was handed on."""
    if page.handed_on is not None:
        told = {"name": page.handed_on.responder.name}
        if page.asked_by is None and page.step is not None:
            return _("Step %(number)s, handed on by %(name)s") % (told | {"number": page.step + 1})
        return _("Handed on by %(name)s") % told
    if page.asked_by is None:
        return _of_the_policy(page)
    told = {"name": page.asked_by.name, "function": page.get_function_display()}
    if page.function:
        return _("Asked by %(name)s, on call as %(function)s") % told
    return _("Asked by %(name)s") % told


def _of_the_policy(page: Page) -> str:
    """At which step; and where somebody asked for them by hand while the policy was asking, who that was."""
    step = {"number": (page.step or 0) + 1, "function": page.get_function_display()}
    if page.reminded_by is not None:
        step["name"] = page.reminded_by.name
        if page.function:
            return _("Step %(number)s, asked for by %(name)s as well, on call as %(function)s") % step
        return _("Step %(number)s, asked for by %(name)s as well") % step
    if page.function:  # from before it was kept who
        return _("Step %(number)s, asked for as %(function)s as well") % step
    return _("Step %(number)s") % step


@register.filter
def to_come(page: Page) -> list[Delivery]:
    """The attempts that are planned, soonest first."""
    return sorted(_in_state(page, ["queued"]), key=lambda delivery: delivery.due_at)


@register.filter
def made(page: Page) -> list[Delivery]:
    """The attempts that were made, or that nobody needed any more."""
    return _in_state(page, ["sending", "sent", "failed", "cancelled"])


@register.filter
def became(delivery: Delivery) -> str:
    """Why it failed or was not needed; else what the provider said last."""
    if delivery.state == Delivery.State.CANCELLED:
        return words.ended(delivery.outcome)
    if reach.is_unconfirmed(delivery):
        return _("the provider took it and did not say in time what became of it; the next way was used")
    return reach.why(delivery)


def _in_state(page: Page, states: Sequence[str]) -> list[Delivery]:
    """Of rows in hand, for the room reads them all at once."""
    every = sorted(page.message.deliveries.all(), key=lambda delivery: delivery.pk)
    return [delivery for delivery in every if delivery.state in states]
