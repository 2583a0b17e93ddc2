"""Before a page's message leaves, or fails: may it still be said, and whose rows come first."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import prefetch_related_objects

from accounts.models import Message, User
from accounts.querysets import HOLDINGS
from escalations.models import Page
from incidents.models import Incident


def objections(asked: Sequence[Message], at: datetime) -> dict[UUID, str]:
    """Which pages' messages must not leave any more: the page has ended, or its responder may no longer know."""
    found = list(Page.objects.filter(message__in=asked).select_related("responder"))
    reasons = {page.message_id: "the page has ended" for page in found if not page.is_waiting}
    waiting: dict[User, list[Page]] = defaultdict(list)
    for page in found:
        if page.is_waiting:
            waiting[page.responder].append(page)
    prefetch_related_objects(list(waiting), *HOLDINGS)
    for responder, theirs in waiting.items():
        known = Incident.objects.visible_to(responder.subject(at=at)).filter(
            pk__in=[page.incident_id for page in theirs]
        )
        known_ids = set(known.values_list("pk", flat=True))
        reasons |= {
            page.message_id: "the responder may no longer know of the incident"
            for page in theirs
            if page.incident_id not in known_ids
        }
    return reasons


def hold(*, message: Message) -> None:
    """Lock the incident a page's message is about, before anything of the page is."""
    page = Page.objects.filter(message=message).first()
    if page is not None:
        Incident.objects.locked(page.incident_id)
