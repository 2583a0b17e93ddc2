"""What becomes of a message that a provider took and promised to tell of, and tells nothing."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actions import messages
from accounts.models import Delivery

UNCONFIRMED = "accepted, not confirmed in time"


def sweep(*, at: datetime, grace: timedelta = timedelta(0)) -> int:
    """Go on with the next method for every message whose provider is late with its word; how many there were."""
    count = 0
    while _go_on_for_one(at, grace):
        count += 1
    return count


@transaction.atomic
def _go_on_for_one(at: datetime, grace: timedelta) -> bool:
    """The one late for longest. It stays *sent*, as the word may still come, and says that it has not."""
    late = Delivery.objects.unconfirmed(at=at - grace).select_related("message").order_by("confirm_by", "pk")
    found = late.first()
    if found is None:
        return False
    message = messages.hold(message=found.message, at=at)
    if late.filter(pk=found.pk).update(confirm_by=None, outcome=UNCONFIRMED):
        messages.go_on(message=message, at=at)
    return True
