"""Sending what the outbox holds. A delivery is claimed under a lease with a fencing count, sent outside any
transaction, and its outcome recorded only if the claim still stands."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts import answering, clock, guards, links, sealed
from accounts.actions import messages, sweeps
from accounts.channels import Outgoing, PermanentError, Receipt, TemporaryError, registry
from accounts.models import Delivery, Urgency
from accounts.site import absolute

log = logging.getLogger("watchfloor.deliveries")

SENDERS: dict[str, Callable[[Outgoing], Receipt]] = registry.SENDERS
# Longer than any channel's own timeout, short enough that a killed sender's page is taken over in 30 s.
LEASE = timedelta(seconds=20)
BACK_OFF = [timedelta(seconds=s) for s in (2, 5, 10, 20, 30)]


@transaction.atomic
def claim(*, channel: str, at: datetime, grace: timedelta = timedelta(0)) -> Delivery | None:
    """Take the delivery that has been due longest, for `LEASE`. `grace` leaves fresh ones to others: the
    watchdog passes it so that it only carries what the workers have not. None when nothing is due."""
    due = Delivery.objects.due(at=at - grace).filter(channel=channel)
    delivery = due.select_for_update(skip_locked=True, of=("self",)).first()
    if delivery is None:
        return None
    delivery.state = Delivery.State.SENDING
    delivery.fence += 1
    delivery.lease_until = at + LEASE
    delivery.save(update_fields=["state", "fence", "lease_until"])
    return delivery


def send_due(*, channel: str, grace: timedelta = timedelta(0)) -> int:
    """Claim and attempt until nothing is due on the channel; how many were attempted. Each claim reads the
    clock anew, so a slow provider cannot make a lease outlive itself; one that cannot be attempted at all holds
    up no other."""
    count = 0
    while claimed := claim(channel=channel, at=clock.now(), grace=grace):
        try:
            count += attempt(claimed=claimed, at=clock.now(), ended_at=clock.now)
        except (OperationalError, InterfaceError):
            raise  # the database is away: the lease runs out, and somebody takes it over
        except Exception as error:
            log.exception("delivery %s failed on our side", claimed.pk)
            count += _record_our_failure(claimed, error, clock.now())
    return count


def attempt(*, claimed: Delivery, at: datetime, ended_at: Callable[[], datetime]) -> bool:
    """Send one claimed delivery and record what became of it; False when the claim no longer stood.

    `ended_at` tells the time once the provider has answered. Refused: an outcome whose lease was taken over
    meanwhile. A temporary failure queues the next attempt, a permanent one the person's next method.
    """
    delivery = (
        Delivery.objects.select_related("message__to", "method")
        .filter(pk=claimed.pk, fence=claimed.fence, state=Delivery.State.SENDING, lease_until__gt=at)
        .first()
    )
    if delivery is None:
        return False
    objection = guards.objection(delivery.message, at)
    if objection:
        return _record_objection(delivery, objection, at)
    if not delivery.method.is_usable or not delivery.message.to.is_active:
        return _record_failure(delivery, "the contact method is no longer usable", at, retry=False)
    try:
        receipt = SENDERS[delivery.channel](_outgoing(delivery))
    except TemporaryError as error:
        return _record_failure(delivery, str(error), ended_at(), retry=True)
    except PermanentError as error:
        return _record_failure(delivery, str(error), ended_at(), retry=False)
    except Exception as error:
        log.exception("delivery %s failed on our side", delivery.pk)
        return _record_our_failure(delivery, error, ended_at())
    return _record(
        delivery, Delivery.State.SENT, ended_at(), provider_id=receipt.provider_id, outcome="accepted"
    )


def _outgoing(delivery: Delivery) -> Outgoing:
    message = delivery.message
    with translation.override(message.to.language):
        context = {
            "subject": message.subject,
            "text": message.text,
            "label": message.link_label,
            "url": absolute(reverse(message.link_to, args=[links.token_for(message.pk)])),
        }
        return Outgoing(
            address=delivery.method.address,
            subject=message.subject,
            text=render_to_string("mail/message.txt", context),
            html=render_to_string("mail/message.html", context),
            url=context["url"],
            label=message.link_label,
            idempotency_key=delivery.idempotency_key,
            secret=sealed.opened(delivery.method.sealed),
            reply="" if message.urgency == Urgency.NOTICE else answering.code_for(delivery.idempotency_key),
            language=message.to.language,
        )


def _record(delivery: Delivery, state: str, at: datetime, *, outcome: str, provider_id: str = "") -> bool:
    """Write the outcome under the fence; False (and a line in the log) when somebody else took over."""
    written = Delivery.objects.filter(
        pk=delivery.pk, fence=delivery.fence, state=Delivery.State.SENDING
    ).update(state=state, ended_at=at, lease_until=None, outcome=outcome[:300], provider_id=provider_id)
    if not written:
        log.warning("outcome refused, lease lost: delivery %s fence %s", delivery.pk, delivery.fence)
    return bool(written)


@transaction.atomic
def _record_objection(delivery: Delivery, reason: str, at: datetime) -> bool:
    recorded = _record(delivery, Delivery.State.FAILED, at, outcome=reason)
    if recorded:
        messages.withhold(message=delivery.message, at=at)
    return recorded


def _record_our_failure(delivery: Delivery, error: Exception, at: datetime) -> bool:
    sweeps.failed(sweep=delivery.channel, at=at)
    return _record_failure(delivery, f"internal: {type(error).__name__}", at, retry=True)


@transaction.atomic
def _record_failure(delivery: Delivery, reason: str, at: datetime, *, retry: bool) -> bool:
    if not _record(delivery, Delivery.State.FAILED, at, outcome=reason):
        return False
    if not retry:
        messages.queue_next_method(message=delivery.message, at=at)
        return True
    wait = BACK_OFF[min(delivery.attempt, len(BACK_OFF)) - 1]
    Delivery.objects.create(
        message=delivery.message,
        method=delivery.method,
        channel=delivery.channel,
        attempt=delivery.attempt + 1,
        due_at=at + wait,
    )
    return True
