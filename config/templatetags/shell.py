"""What the shell of every screen asks: where a place of the console is and whether one stands in it, and what
a message carries besides its words."""

from django import template
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

register = template.Library()

# Screens that belong to another place than their address stands below: a review is at its incident's.
BELONGING = {
    "reviews": ("review", "improvement"),
    "on_duty": ("roster", "layer", "ledger", "shift", "override", "swap", "handover", "feed", "time_off"),
}


@register.inclusion_tag("_place.html", takes_context=True)
def place(context, route: str, icon: str, label: str, kind: str = "") -> dict[str, str | None]:
    """A link to a main place of the console; nothing where this console has no such route."""
    try:
        address = reverse(route)
    except NoReverseMatch:
        return {"address": None}
    here = _standing(context["request"], route, address)
    return {"address": address, "icon": icon, "label": label, "kind": kind, "here": here}


def _standing(request: HttpRequest, route: str, address: str) -> str:
    """What `aria-current` says: "page" there, "true" somewhere below, "" elsewhere. Home is above everything,
    so nothing counts as below it."""
    path, match = request.path, request.resolver_match
    if path == address:
        return "page"
    view = match.view_name if match else ""
    at_home = [place for place, views in BELONGING.items() if view.startswith(views)]
    if at_home:
        return "true" if route in at_home else ""
    return "true" if address != "/" and path.startswith(address) else ""


@register.filter
def undo(message: Message) -> str:
    """Where the message's own undo is sent: the `undo:<url>` among its extra tags, or ""."""
    return _carried(message, "undo:")


@register.filter
def clears(message: Message) -> str:
    """The key of a draft that is safe on the server now: the `clears:<key>` among its extra tags, or ""."""
    return _carried(message, "clears:")


def _carried(message: Message, prefix: str) -> str:
    tags = (getattr(message, "extra_tags", None) or "").split()
    return next((tag.removeprefix(prefix) for tag in tags if tag.startswith(prefix)), "")
