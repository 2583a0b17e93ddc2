"""What became of a page that waits no more, told to its responder: who was faster, who took it back, to whom it went,
or how the incident ended. Two queries at most."""

from django.utils.translation import gettext as _

from escalations.models import Page
from incidents.choices import EntryKind

# The timeline entry of the same moment says who it was.
SAID_BY = {
    "acknowledged": EntryKind.ACKNOWLEDGED,
    "declined": EntryKind.DECLINED,
    "merged": EntryKind.MERGED,
    "resolved": EntryKind.RESOLVED,
    "taken_back": EntryKind.PAGE_TAKEN_BACK,
}


def ending(page: Page) -> str:
    """A sentence; empty while the page waits."""
    if page.is_waiting:
        return ""
    if page.state == Page.State.ACKNOWLEDGED:
        return _("You acknowledged this.")
    if page.ended_because == "handed_on":
        return _("You handed this on to %(name)s, who is paged now.") % {"name": _newcomer(page)}
    return _SENTENCES.get(page.ended_because, _ended)(_who(page))


def _who(page: Page) -> str:
    kind = SAID_BY.get(page.ended_because)
    if kind is None or page.ended_at is None:
        return ""
    entries = page.incident.timeline.filter(kind=kind, occurred_at=page.ended_at).select_related("actor")
    entry = entries.order_by("-pk").first()
    return (entry.actor.name if entry.actor else entry.actor_name) if entry else ""


def _newcomer(page: Page) -> str:
    newer = Page.objects.filter(handed_on=page).select_related("responder").first()
    return newer.responder.name if newer else _("somebody")


def _acknowledged(name: str) -> str:
    if name:
        return _("%(name)s was faster and has acknowledged this.") % {"name": name}
    return _("Somebody was faster and has acknowledged this.")


def _taken_back(name: str) -> str:
    return _("%(name)s took this page back.") % {"name": name or _("Somebody")}


def _ended(name: str) -> str:
    return _("This page has ended.")


_SENTENCES = {
    "acknowledged": _acknowledged,
    "taken_back": _taken_back,
    "declined": lambda name: _("The incident has ended: it was declined."),
    "merged": lambda name: _("The incident has ended: it was merged into another, where the work goes on."),
    "resolved": lambda name: _("The incident has ended: it is resolved."),
    "superseded": lambda name: _("The incident got worse, and another policy asks in place of this page."),
    "asked_again": lambda name: _("You were asked again. The newer page is the one to answer."),
    "unreachable": lambda name: _("No way to reach you was left, so the page ended."),
    "withheld": lambda name: _("You may no longer know of this incident, so the page was withheld."),
}
