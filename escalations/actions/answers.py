"""Answers to pages that come by text or by a key during a call: they acknowledge, as the link does."""

from datetime import datetime

from accounts.models import Message
from escalations.actions import alarms, pages
from escalations.models import Page


def answer(message: Message, at: datetime, via: str) -> bool | None:
    """Whether the answer won; None when the message is neither a page nor an alarm."""
    rows = Page.objects.filter(message=message, responder__is_active=True)
    page = rows.select_related("responder").first()
    if page is not None:
        return pages.acknowledge(page=page, by=page.responder, at=at, via=via).won
    alarm = alarms.alarm_of(message)
    return alarms.acknowledge(alarm=alarm, by=message.to, at=at) if alarm else None
