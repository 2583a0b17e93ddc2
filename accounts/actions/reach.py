"""How somebody wants to be reached: their contact methods, in which order, which of them how soon, when they sleep; and
trying out whether it works. Each of these is a person's own."""

import uuid
from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import links, sealed
from accounts.actions import audit, messages
from accounts.models import (
    AuditAction,
    ContactMethod,
    Message,
    NotificationRule,
    Urgency,
    User,
    VerificationCode,
)
from accounts.refusals import Refused

MOST_METHODS = 12
# Between two checks of one method.
CHECK_AGAIN_AFTER = timedelta(seconds=20)


class TooManyError(Refused):
    """They have as many as anybody needs."""


class AlreadyThereError(Refused):
    """They are reached there already."""


class NotNowError(Refused):
    """It cannot be tried out just now."""


class NoHoursError(Refused):
    """They end when they begin."""


@transaction.atomic
def add(
    *, person: User, kind: str, address: str, at: datetime, secret: str = "", label: str = ""
) -> ContactMethod:
    """A way to reach them, last in their order, that counts once verified. Raises `TooManyError`,
    `AlreadyThereError`."""
    locked = User.objects.locked_together(person)[person.pk]
    kept = ContactMethod.objects.kept().filter(person=locked)
    if kept.count() >= MOST_METHODS:
        raise TooManyError(
            _("You have %(most)s ways to be reached. Remove one first.") % {"most": MOST_METHODS}
        )
    if kept.filter(kind=kind, address__iexact=address).exists():
        raise AlreadyThereError(_("You are reached there already."))
    last = max((method.position for method in kept), default=-1)
    told = {"label": label, "sealed": sealed.seal(secret) if secret else "", "position": last + 1}
    told |= {"removed_at": None, "disabled_at": None, "verified_at": None, "paced_until": None}
    method, _made = ContactMethod.objects.update_or_create(
        person=locked, kind=kind, address=address, defaults=told
    )
    _record(AuditAction.CONTACT_ADDED, method, at)
    return method


@transaction.atomic
def remove(*, method: ContactMethod, at: datetime) -> None:
    """Nothing is sent there any more, what waits for it goes another way, and its secret is forgotten. What was sent
    there stays told. Removing twice changes nothing."""
    locked = ContactMethod.objects.select_for_update(of=("self",)).select_related("person").get(pk=method.pk)
    if locked.removed_at is not None:
        return
    locked.removed_at, locked.verified_at, locked.sealed = at, None, ""
    locked.disabled_at = locked.disabled_at or at
    locked.save(update_fields=["removed_at", "verified_at", "sealed", "disabled_at"])
    NotificationRule.objects.filter(method=locked).delete()
    # When the code was sent still counts against those who add one place after another; it opens nothing.
    VerificationCode.objects.filter(method=locked).update(digest="")
    _record(AuditAction.CONTACT_REMOVED, locked, at)


@transaction.atomic
def move(*, method: ContactMethod, by: int) -> None:
    """Earlier (-1) or later (1) in their order; beyond either end nothing changes."""
    User.objects.locked_together(method.person)
    order = list(ContactMethod.objects.kept().filter(person=method.person_id))
    here = order.index(method)
    there = min(max(here + by, 0), len(order) - 1)
    order.insert(there, order.pop(here))
    for position, one in enumerate(order):
        one.position = position
    ContactMethod.objects.bulk_update(order, ["position"])


@transaction.atomic
def choose_rules(*, person: User, delays: Mapping[tuple[str, int], int | None]) -> None:
    """For each urgency and method of theirs after how many seconds it is used, None where it is not. What is not named
    stays. Methods that are not theirs are passed over."""
    User.objects.locked_together(person)
    theirs = set(ContactMethod.objects.kept().filter(person=person).values_list("pk", flat=True))
    for (urgency, method), delay in delays.items():
        if method not in theirs:
            continue
        if delay is None:
            NotificationRule.objects.filter(person=person, urgency=urgency, method=method).delete()
        else:
            NotificationRule.objects.update_or_create(
                person=person, urgency=urgency, method_id=method, defaults={"delay": delay}
            )


@transaction.atomic
def choose_quiet_hours(*, person: User, starts: time | None, ends: time | None) -> None:
    """What is not severe waits meanwhile, on their own clock; None for both is never. Raises `NoHoursError` for equal
    times, which could be the whole day or nothing."""
    if starts is not None and starts == ends:
        raise NoHoursError(_("Choose an end that differs from the beginning."))
    person.quiet_from, person.quiet_until = starts, ends
    person.save(update_fields=["quiet_from", "quiet_until"])


@transaction.atomic
def try_out(*, person: User, method: ContactMethod, at: datetime) -> Message:
    """A test page by this method alone, for its owner to see that it arrives. Raises `NotNowError`."""
    User.objects.locked_together(person)
    asked = Message.objects.filter(only_method=method, created_at__gt=at - CHECK_AGAIN_AFTER)
    if asked.exists():
        raise NotNowError(_("A test page was sent there a moment ago. Look for it before the next."))
    with translation.override(person.language):
        subject = _("Test page: nothing has happened")
        text, label = _("You asked Watchfloor for a test page, and this is it."), _("It arrived")
    try:
        return messages.send(
            subject=subject,
            text=text,
            link_label=label,
            to=person,
            urgency=Urgency.CHECK,
            only_method=method,
            link_to="check_link",
            dedupe_key=f"check:{uuid.uuid4()}",
            at=at,
        )
    except messages.UnreachableError as error:
        raise NotNowError(_("This one is disabled. Enable it first.")) from error


@transaction.atomic
def arrived(*, token: str, at: datetime) -> Message | None:
    """Whoever got a test page says so. None for a token of no test page."""
    message = check_for(token)
    if message is not None:
        messages.settle(messages=[message], at=at, because="arrived")
        message.refresh_from_db()
    return message


def check_for(token: str) -> Message | None:
    message_id = links.message_id_from(token)
    if message_id is None:
        return None
    return (
        Message.objects.filter(pk=message_id, urgency=Urgency.CHECK)
        .select_related("to", "only_method")
        .first()
    )


def _record(action: AuditAction, method: ContactMethod, at: datetime) -> None:
    told = {"contact_method": str(method)}
    audit.record(action=action, by=method.person, at=at, about=method.person, after=told)
