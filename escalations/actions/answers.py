"""Answers to pages that come by text or by a key during a call: they acknowledge, as the link does."""

from datetime import datetime

from accounts.models import Message
from escalations.actions import pages
from escalations.models import Page


def answer(message: Message, at: datetime, via: str) -> bool | None:
    """Whether the answer won; None when the message is no page."""
    rows = Page.objects.filter(message=message, responder__is_active=True)
    page = rows.select_related("responder").first()
    if page is None:
        return None
    return pages.acknowledge(page=page, by=page.responder, at=at, via=via).won
