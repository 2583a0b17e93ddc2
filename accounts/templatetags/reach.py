"""What contact methods are called, and what became of an attempt: in words, with the reason where it was not made."""

import re
from collections.abc import Iterable

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ContactMethod, Delivery

register = template.Library()

# Why an attempt was not made: what was settled before it came to that.
NOT_NEEDED = {
    "acknowledged": gettext_lazy("You, or somebody else, had acknowledged."),
    "arrived": gettext_lazy("You said that it had arrived."),
    "withheld": gettext_lazy("The page was not to leave any more."),
    "declined": gettext_lazy("The incident was declined."),
    "merged": gettext_lazy("The incident was merged into another."),
    "resolved": gettext_lazy("The incident was resolved."),
    "superseded": gettext_lazy("A policy for a worse severity took over."),
    "unreachable": gettext_lazy("No way to reach you was left."),
    "over": gettext_lazy("It was over by then."),
}
# What a provider says happened, in Twilio's words.
SAID = {
    "queued": gettext_lazy("waits at the provider"),
    "accepted": gettext_lazy("waits at the provider"),
    "initiated": gettext_lazy("being called"),
    "ringing": gettext_lazy("rang"),
    "sending": gettext_lazy("with the provider"),
    "sent": gettext_lazy("with the network"),
    "delivered": gettext_lazy("delivered"),
    "read": gettext_lazy("read"),
    "in-progress": gettext_lazy("picked up"),
    "answered": gettext_lazy("picked up"),
    "completed": gettext_lazy("picked up"),
    "undelivered": gettext_lazy("not delivered"),
    "failed": gettext_lazy("failed"),
    "busy": gettext_lazy("busy"),
    "no-answer": gettext_lazy("nobody picked up"),
    "canceled": gettext_lazy("cancelled"),
}
TONES = {"sent": "good", "failed": "urgent", "queued": "accent", "sending": "accent", "cancelled": "quiet"}
UNCONFIRMED = re.compile("not confirmed")


@register.filter
def known_as(method: ContactMethod) -> str:
    return method.label or method.address


@register.filter
def any_usable(methods: Iterable[ContactMethod]) -> bool:
    return any(method.is_usable for method in methods)


@register.filter
def tone(delivery: Delivery) -> str:
    return "warn" if is_unconfirmed(delivery) else TONES[delivery.state]


@register.filter
def fate(delivery: Delivery) -> str:
    """The state in a word, or in the provider's where that says more."""
    if is_unconfirmed(delivery):
        return _("Unconfirmed")
    if delivery.state == Delivery.State.SENT and delivery.confirmed_at:
        return _("Arrived")
    return delivery.get_state_display()


@register.filter
def why(delivery: Delivery) -> str:
    """Why it was skipped, failed or waits; and what the provider said last."""
    said = str(SAID.get(delivery.provider_status, delivery.provider_status))
    if delivery.state == Delivery.State.CANCELLED:
        return str(NOT_NEEDED.get(delivery.outcome, delivery.outcome))
    if delivery.state == Delivery.State.FAILED:
        return said or _failure(delivery.outcome)
    if is_unconfirmed(delivery):
        return _("The provider took it and did not say in time what became of it; your next way was used.")
    return said


def is_unconfirmed(delivery: Delivery) -> bool:
    late = bool(UNCONFIRMED.search(delivery.outcome)) and delivery.confirmed_at is None
    return late and delivery.state == Delivery.State.SENT


def _failure(outcome: str) -> str:
    if "no longer usable" in outcome:
        return _("It was disabled or removed meanwhile.")
    if outcome.startswith("internal"):
        return _("A fault of ours; it was tried again.")
    return outcome
