"""What a provider says later about what it took. Its reports come late, repeated and out of order; what we know never
goes back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.actions import messages
from accounts.models import Delivery

# A word with a lower number never follows one with a higher; those of `LAST` are the end.
LAST = 9
ORDER = {
    "accepted": 1, "scheduled": 1, "queued": 1, "initiated": 2, "sending": 2, "sent": 3, "ringing": 3,
    "in-progress": 4, "answered": 4,
    "delivered": LAST, "read": LAST, "completed": LAST,
    "undelivered": LAST, "failed": LAST, "canceled": LAST, "busy": LAST, "no-answer": LAST,
}  # fmt: skip
REACHED = frozenset({"in-progress", "answered", "delivered", "read", "completed"})
NOT_REACHED = frozenset({"undelivered", "failed", "canceled", "busy", "no-answer"})
KEPT = ("provider_status", "provider_id", "confirmed_at", "state", "ended_at", "lease_until", "outcome")


@transaction.atomic
def report(*, key: UUID, status: str, provider_id: str, code: str, at: datetime) -> bool:
    """The provider's word on the call `key`, and so on every delivery that left in it. That somebody was not reached
    brings their next way forward. False when it says nothing new, or of something unknown."""
    rank = ORDER.get(status)
    left = Delivery.objects.filter(Q(idempotency_key=key) | Q(bundle=key))
    if rank is None:
        return False
    # Messages are locked before their deliveries, and whoever sends them locks their own rows before.
    held = {
        row.pk: messages.hold(message=row.message, at=at) if status in NOT_REACHED else row.message
        for row in left.select_related("message").order_by("message_id")
    }
    rows = list(left.select_for_update(of=("self",)).order_by("pk"))
    told = [_tell(row, status, rank, provider_id, code, at) for row in rows]
    for row, is_news in zip(rows, told, strict=True):
        if is_news and row.state == Delivery.State.FAILED and status in NOT_REACHED:
            messages.queue_next_method(message=held[row.pk], at=at)
    return any(told)


def _tell(row: Delivery, status: str, rank: int, provider_id: str, code: str, at: datetime) -> bool:
    if ORDER.get(row.provider_status, 0) >= rank:
        return False
    row.provider_status, row.provider_id = status, row.provider_id or provider_id[:200]
    if status in REACHED and row.confirmed_at is None:
        row.confirmed_at = at
    if status in NOT_REACHED and row.state in {Delivery.State.SENDING, Delivery.State.SENT}:
        row.state, row.ended_at, row.lease_until = Delivery.State.FAILED, row.ended_at or at, None
        row.outcome = f"{status} ({code})"[:300] if code else status
    row.save(update_fields=KEPT)
    return True
