"""Before a page's message leaves, or fails: may it still be said, and whose rows come first."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import prefetch_related_objects

from accounts.models import Message
from accounts.querysets import HOLDINGS
from escalations.models import Escalation, Page
from incidents.models import Incident


def objections(asked: Sequence[Message], at: datetime) -> dict[UUID, str]:
    """Which pages' messages must not leave any more: the page has ended, or its responder may no longer know."""
    found = list(Page.objects.filter(message__in=asked).select_related("responder", "incident__profile"))
    reasons = {page.message_id: "the page has ended" for page in found if not page.is_waiting}
    waiting = [page for page in found if page.is_waiting]
    prefetch_related_objects([page.responder for page in waiting], *HOLDINGS)
    return reasons | {
        page.message_id: "the responder may no longer know of the incident"
        for page in waiting
        if not page.incident.is_visible_to(page.responder.subject(at=at))
    }


def hold(*, message: Message) -> None:
    """Lock the incident a page's message is about and the run it is of, before anything of the page is."""
    page = Page.objects.filter(message=message).first()
    if page is not None:
        Incident.objects.locked(page.incident_id)
        Escalation.objects.hold(page.escalation_id)
