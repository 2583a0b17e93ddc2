"""Writing to the outbox. Whoever must reach a person calls `send` inside their own transaction; the rows
are then the promise, and the sweeps keep it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import ContactMethod, Delivery, Message, User
from accounts.nudge import nudge_on_commit
from accounts.signals import message_failed


class UnreachableError(Exception):
    """The person has no verified way to be reached."""


@transaction.atomic
def send(
    *,
    to: User,
    urgency: str,
    subject: str,
    text: str,
    link_to: str,
    link_label: str,
    dedupe_key: str,
    at: datetime,
    severity: int | None = None,
) -> Message:
    """Promise `to` a message, once per `dedupe_key`: the same key again returns the first message. The first
    usable contact method is queued at once; the words must be content-free, for they leave the house.
    Raises `UnreachableError`, nothing written, when there is no usable method."""
    message, created = Message.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "to": to,
            "urgency": urgency,
            "severity": severity,
            "subject": subject,
            "text": text,
            "link_to": link_to,
            "link_label": link_label,
            "created_at": at,
        },
    )
    if created and _queue_untried_method(message, at) is None:
        raise UnreachableError(to.pk)
    return message


@transaction.atomic
def queue_next_method(*, message: Message, at: datetime) -> None:
    """One method will not take the message: queue the next not yet tried. With none left the message has
    failed, and that fact goes up unless it is already settled."""
    if _queue_untried_method(message, at) is None and message.settled_at is None:
        message_failed.send(sender=Message, message=message, at=at, because="unreachable")


@transaction.atomic
def withhold(*, message: Message, at: datetime) -> None:
    """Whoever sent it no longer wants it said. Unless it is settled anyway, that fact goes up."""
    if message.settled_at is None:
        message_failed.send(sender=Message, message=message, at=at, because="withheld")


@transaction.atomic
def settle(*, messages: Iterable[Message], at: datetime, because: str) -> None:
    """Nothing more need be said: open attempts are cancelled, one being sent right now included (its outcome
    is refused when it comes). Settling twice changes nothing."""
    ids = [message.pk for message in messages]
    Message.objects.filter(pk__in=ids, settled_at=None).update(settled_at=at, settled_because=because)
    Delivery.objects.open().filter(message__in=ids).update(
        state=Delivery.State.CANCELLED, lease_until=None, ended_at=at, outcome=because
    )


def _queue_untried_method(message: Message, at: datetime) -> Delivery | None:
    if not message.to.is_active:
        return None
    usable = ContactMethod.objects.filter(person=message.to_id, verified_at__isnull=False, disabled_at=None)
    method = usable.exclude(deliveries__message=message).first()
    if method is None:
        return None
    nudge_on_commit(f"accounts.send_{method.kind}")
    return Delivery.objects.create(message=message, method=method, channel=method.kind, due_at=at)
