"""Sending what the outbox holds. What is claimed under a lease (`claims`) is looked at once more, sent outside any
transaction, and its outcome recorded only if the claim still stands."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from accounts import clock, guards, notify, wording
from accounts.actions import claims, messages, sweeps
from accounts.actions.claims import LEASE, Call
from accounts.channels import Outgoing, PermanentError, Receipt, TemporaryError, registry
from accounts.models import Delivery, Message, Urgency

log = logging.getLogger("watchfloor.deliveries")

SENDERS: dict[str, Callable[[Outgoing], Receipt]] = registry.SENDERS
BACK_OFF = [timedelta(seconds=s) for s in (2, 5, 10, 20, 30)]
# How often somebody's own check is attempted; a page or a notice has no end but its settling.
MOST_CHECKS = 4
# While one method is tried again, the next is not left waiting for longer.
STAND_IN = timedelta(seconds=30)
# A provider that says what became of a message has so long to say it.
CONFIRM_WITHIN = timedelta(seconds=60)
# Calls claimed at once where a provider is quick; one at a time where it is not.
MOST_CALLS = 32
# What was looked at longer ago is handed back unsent: it may have been settled since.
FRESH_SECONDS = 0.5
# And nothing is begun on a lease that could end before the slowest provider's timeout.
BEGIN_SECONDS = LEASE.total_seconds() / 2
# Of what a provider said, so much is kept.
MOST_SAID = 40
# Claimed here and kept from leaving because the database went away, by channel. Handed back when it is there again, as
# nobody should wait for a lease under which nothing was begun.
_stranded: dict[str, list[Call]] = {}


def claim(*, channel: str, at: datetime, grace: timedelta = timedelta(0)) -> Call | None:
    """Take the call that is due first, for `LEASE`; None when nothing is due."""
    return next(iter(claims.take(channel=channel, at=at, most=1, grace=grace)), None)


def send_due(*, channel: str, grace: timedelta = timedelta(0)) -> int:
    """Claim and attempt until nothing is due on the channel; how many deliveries were attempted. A quick provider is
    handed many to one claim; behind a slow one nothing is kept waiting that another process could send."""
    count, most = 0, 1
    while True:
        began, at = monotonic(), clock.now()
        if channel in _stranded:
            claims.hand_back(calls=_stranded[channel])
            del _stranded[channel]
        calls = claims.take(channel=channel, at=at, most=most, grace=grace)
        if not calls:
            return count
        try:
            cleared, ended = _look(calls, at)
        except (OperationalError, InterfaceError):
            _stranded[channel] = calls
            raise
        sent, left = _send_while_fresh(cleared, began)
        if left:
            claims.hand_back(calls=left)
        count += ended + sent
        most = 1 if left else min(most * 2, MOST_CALLS)


def attempt(*, claimed: Call, at: datetime, ended_at: Callable[[], datetime]) -> bool:
    """Send one claimed call and record what became of it; False when the claim no longer stood. `ended_at` tells the
    time once the provider has answered. Refused: an outcome whose lease was taken over meanwhile."""
    cleared, ended = _look([claimed], at)
    return sum(_attempt(call, ended_at) for call in cleared) + ended > 0


def _send_while_fresh(calls: Sequence[Call], began: float) -> tuple[int, list[Call]]:
    """How many deliveries were attempted, and the calls that were not: what was looked at too long ago."""
    count = 0
    for position, call in enumerate(calls):
        if monotonic() - began > (FRESH_SECONDS if position else BEGIN_SECONDS):
            return count, list(calls[position:])
        try:
            count += _attempt(call, clock.now)
        except (OperationalError, InterfaceError):
            _stranded[call.deliveries[0].channel] = list(calls[position + 1 :])  # this one may have left
            raise
    return count, []


def _look(calls: Sequence[Call], at: datetime) -> tuple[list[Call], int]:
    """The calls that may leave now, the most severe first; and how many deliveries ended because they may not. A row
    whose claim no longer stands is in neither."""
    rows = [delivery for call in calls for delivery in call.deliveries]
    standing = claims.standing_claims(rows).filter(lease_until__gt=at)
    worst_first = ("message__exercise", "message__severity", "due_at", "pk")
    found = list(standing.select_related("message__to", "method").order_by(*worst_first))
    objections, broken = _objections([delivery.message for delivery in found], at)
    cleared, ended = [], 0
    for delivery in found:
        if error := broken.get(delivery.message_id):
            ended += _record_our_failure(delivery, error, at)
        elif reason := objections.get(delivery.message_id):
            ended += _record_objection(delivery, reason, at)
        elif not _is_usable(delivery):
            ended += _record_failure(delivery, "the contact method is no longer usable", at, retry=False)
        else:
            cleared.append(delivery)
    left = [call for call in (call.only(cleared) for call in calls) if call is not None]
    place = {delivery.pk: position for position, delivery in enumerate(cleared)}
    return sorted(left, key=lambda call: place[call.deliveries[0].pk]), ended


def _objections(asked: Sequence[Message], at: datetime) -> tuple[dict[UUID, str], dict[UUID, Exception]]:
    """Who objects to which message; and which cannot even be asked about, so that they hold up no other."""
    try:
        return guards.objections(asked, at), {}
    except (OperationalError, InterfaceError):
        raise  # the database is away: the lease runs out, and somebody takes it over
    except Exception as error:
        if len(asked) == 1:
            log.exception("message %s cannot be judged", asked[0].pk)
            return {}, {asked[0].pk: error}
    heard: dict[UUID, str] = {}
    broken: dict[UUID, Exception] = {}
    for message in asked:
        more, worse = _objections([message], at)
        heard, broken = heard | more, broken | worse
    return heard, broken


def _is_usable(delivery: Delivery) -> bool:
    """A check is what shows that a method works, so it goes to one that nobody has verified yet."""
    if delivery.message.urgency == Urgency.CHECK:
        return delivery.method.disabled_at is None
    return delivery.method.is_usable and delivery.message.to.is_active


def _attempt(call: Call, ended_at: Callable[[], datetime]) -> int:
    """Hand the call to its provider; how many of its deliveries have an outcome from it."""
    first = call.deliveries[0]
    try:
        handed = wording.outgoing(
            messages=[delivery.message for delivery in call.deliveries],
            method=first.method,
            key=call.key,
            at=first.lease_until
            and first.lease_until - LEASE,  # when it was claimed, by the database's clock
        )
        receipt = SENDERS[first.channel](handed)
    except TemporaryError as error:
        return _each(call, _record_failure, str(error), ended_at(), retry=True)
    except PermanentError as error:
        return _each(call, _record_failure, str(error), ended_at(), retry=False)
    except Exception as error:
        log.exception("delivery %s failed on our side", first.pk)
        return _each(call, _record_our_failure, error, ended_at())
    return _record_sent(call, receipt, ended_at())


def _each(call: Call, record: Callable[..., bool], *told: object, **more: object) -> int:
    return sum(record(delivery, *told, **more) for delivery in call.deliveries)


def _record_sent(call: Call, receipt: Receipt, at: datetime) -> int:
    """One statement for the whole call, so that a crash leaves nothing of it half-told."""
    # A callback may have said more by now, where the provider said nothing at once.
    said = {"provider_status": receipt.said[:MOST_SAID]} if receipt.said else {}
    written = claims.standing_claims(call.deliveries).update(
        state=Delivery.State.SENT,
        handed_at=at,
        ended_at=at,
        lease_until=None,
        outcome="accepted",
        provider_id=receipt.provider_id,
        confirm_by=at + CONFIRM_WITHIN if receipt.confirms else None,
        **said,
    )
    if written < len(call.deliveries):
        log.warning("outcome refused, claim lost: %s", _named(call.deliveries))
    return written


def _record(delivery: Delivery, at: datetime, outcome: str) -> bool:
    """Write a failure under the fence; False (and a line in the log) when somebody else took over."""
    written = claims.standing_claims([delivery]).update(
        state=Delivery.State.FAILED, ended_at=at, lease_until=None, outcome=outcome[:300]
    )
    if not written:
        log.warning("outcome refused, claim lost: %s", _named([delivery]))
    return bool(written)


def _named(deliveries: Sequence[Delivery]) -> str:
    return ", ".join(f"delivery {delivery.pk} fence {delivery.fence}" for delivery in deliveries)


@transaction.atomic
def _record_objection(delivery: Delivery, reason: str, at: datetime) -> bool:
    message = messages.hold(message=delivery.message, at=at)
    recorded = _record(delivery, at, reason)
    if recorded:
        messages.withhold(message=message, at=at)
    return recorded


def _record_our_failure(delivery: Delivery, error: Exception, at: datetime) -> bool:
    sweeps.failed(sweep=delivery.channel, at=at)
    return _record_failure(delivery, f"internal: {type(error).__name__}", at, retry=True)


@transaction.atomic
def _record_failure(delivery: Delivery, reason: str, at: datetime, *, retry: bool) -> bool:
    """A temporary failure queues another attempt on the method and lets a page's next one come sooner; a permanent one
    makes way for the next at once."""
    message = messages.hold(message=delivery.message, at=at)
    if not _record(delivery, at, reason):
        return False
    if retry and message.urgency == Urgency.CHECK and delivery.attempt >= MOST_CHECKS:
        retry = False
    if retry:
        _queue_again(delivery, at)
    if not retry or message.urgency in notify.PAGES:
        messages.queue_next_method(message=message, at=at, within=STAND_IN if retry else timedelta(0))
    return True


def _queue_again(delivery: Delivery, at: datetime) -> None:
    wait = BACK_OFF[min(delivery.attempt, len(BACK_OFF)) - 1]
    Delivery.objects.create(
        message=delivery.message,
        method=delivery.method,
        channel=delivery.channel,
        attempt=delivery.attempt + 1,
        due_at=at + wait,
        pressing=delivery.pressing,
    )
