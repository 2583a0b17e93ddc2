"""What a provider is handed of one message, or of several that leave together: codes and severities, never content."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from accounts import answering, links, sealed
from accounts.channels import Outgoing
from accounts.models import ContactMethod, Message, Urgency
from accounts.site import absolute

PAGES = frozenset({Urgency.HIGH, Urgency.LOW})
# A mail lists so many with a link each, a screen or a voice none but the first; all are counted.
LISTED = 20


def outgoing(
    *, messages: Sequence[Message], method: ContactMethod, key: UUID, at: datetime | None = None
) -> Outgoing:
    """`messages` are one person's, at least one, the one to act on first in front."""
    first = messages[0]
    with translation.override(first.to.language):
        context = _one(first) if len(messages) == 1 else _several(messages)
        template = "message" if len(messages) == 1 else "bundle"
        return Outgoing(
            address=method.address,
            subject=context["subject"],
            text=render_to_string(f"mail/{template}.txt", context),
            html=render_to_string(f"mail/{template}.html", context),
            url=context["url"],
            label=context["label"],
            idempotency_key=key,
            waiting=len(messages),
            secret=sealed.opened(method.sealed),
            reply="" if first.urgency == Urgency.NOTICE else answering.code_for(key),
            language=first.to.language,
            at=at,
        )


def _one(message: Message) -> dict[str, Any]:
    return {
        "subject": message.subject,
        "text": message.text,
        "label": message.link_label,
        "is_page": message.urgency in PAGES,
        "url": absolute(reverse(message.link_to, args=[links.token_for(message.pk)])),
    }


def _several(messages: Sequence[Message]) -> dict[str, Any]:
    first, others = _one(messages[0]), len(messages) - 1
    words = {"first": first["subject"], "count": others}
    return first | {
        "subject": ngettext("%(first)s, and %(count)s more", "%(first)s, and %(count)s more", others) % words,
        "is_page": all(message.urgency in PAGES for message in messages),
        "waiting": len(messages),
        "each": [_one(message) for message in messages[:LISTED]],
        "unlisted": max(len(messages) - LISTED, 0),
    }
