"""Before a page's message leaves, or fails: may it still be said, and whose rows come first."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import prefetch_related_objects

from accounts.models import Message
from accounts.querysets import PAGED_BY
from escalations.models import Escalation, Page
from incidents.models import Incident


def objections(asked: Sequence[Message], at: datetime) -> dict[UUID, str]:
    """Which pages' messages must not leave any more: the page has ended, or its responder may no longer know or
    has opted out meanwhile. The reason is read by others and says the same of both."""
    found = list(Page.objects.filter(message__in=asked).select_related("responder", "incident__profile"))
    reasons = {page.message_id: "the page has ended" for page in found if not page.is_waiting}
    waiting = [page for page in found if page.is_waiting]
    prefetch_related_objects([page.responder for page in waiting], *PAGED_BY)
    return reasons | {
        page.message_id: "the responder can no longer be asked" for page in waiting if not _may_ask(page, at)
    }


def _may_ask(page: Page, at: datetime) -> bool:
    incident, responder = page.incident, page.responder
    opted_out = responder.has_opted_out(incident.harm_type, at=at)
    return not opted_out and incident.is_visible_to(responder.subject(at=at))


def hold(*, message: Message) -> None:
    """Lock the incident a page's message is about and the run it is of, before anything of the page is."""
    page = Page.objects.filter(message=message).first()
    if page is not None:
        Incident.objects.locked(page.incident_id)
        Escalation.objects.hold(page.escalation_id)
