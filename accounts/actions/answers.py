"""What people answer from their telephones: a text with a page's code, or the key 1 during a call. Each returns what
to tell them, in their language."""

import re
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import answering
from accounts.actions import messages
from accounts.models import Delivery, Message, Urgency

# A page that has waited longer than this has been asked of others many times.
ANSWERED_WITHIN = timedelta(days=1)
CODE = re.compile(r"(?<!\d)\d{4}(?!\d)")
ASKS = (Urgency.HIGH, Urgency.LOW, Urgency.CHECK)


@transaction.atomic
def by_text(*, sender: str, words: str, at: datetime) -> str:
    """Somebody texted from `sender`. With a code it answers that page, and those that left together with it; without
    one the only page that waits. "" when nobody is reached at that number."""
    sent = list(
        Delivery.objects.filter(channel="sms", method__address=sender, message__to__is_active=True)
        .filter(message__created_at__gt=at - ANSWERED_WITHIN, message__urgency__in=ASKS)
        .exclude(fence=0)  # never on its way
        .select_related("message__to")
        .order_by("-message__created_at")
    )
    if not sent:
        return ""
    codes = set(CODE.findall(words))
    meant = [one for one in sent if answering.code_for(one.bundle or one.idempotency_key) in codes]
    with translation.override(sent[0].message.to.language):
        if codes and not meant:
            return _("No page has this code. Reply with the four digits of the page you mean.")
        if not codes:
            meant = [one for one in sent if one.message.settled_at is None]
            if len({one.message_id for one in meant}) > 1:
                return _("Several pages wait. Reply with the four digits of the one you mean.")
        return _answer(_together(meant), at, "sms")


@transaction.atomic
def by_key(*, key: UUID, pressed: str, at: datetime) -> str:
    """Somebody pressed a key during the call of the delivery `key`. "" when there was no such call."""
    called = (
        Delivery.objects.select_related("message__to").filter(idempotency_key=key, channel="voice").first()
    )
    if called is None or not called.message.to.is_active:
        return ""
    with translation.override(called.message.to.language):
        if pressed != "1":
            return _("That was not 1. Nothing has changed.")
        return _answer(_together([called]), at, "voice")


def _together(meant: list[Delivery]) -> list[Message]:
    """The messages of these deliveries, and of those that left in one with them."""
    bundles = {one.bundle for one in meant if one.bundle}
    beside = Delivery.objects.filter(bundle__in=bundles).select_related("message__to") if bundles else []
    return list({one.message_id: one.message for one in [*meant, *beside]}.values())


def _answer(meant: list[Message], at: datetime, via: str) -> str:
    counted = sum(_counts(message, at, via) for message in meant)
    if not counted:
        return _("This has ended already. Nothing more is asked of you.")
    return ngettext(
        "Acknowledged. Thank you.", "Acknowledged, all %(count)s of them. Thank you.", counted
    ) % {"count": counted}


def _counts(message: Message, at: datetime, via: str) -> bool:
    if message.urgency == Urgency.CHECK:
        late = message.settled_at is not None
        messages.settle(messages=[message], at=at, because="arrived")
        return not late
    return bool(answering.answered(message, at, via))
