"""A contact method counts once its owner has typed in the code that was sent there. The code leaves at once and past
the outbox: what it says is kept nowhere, and whoever waits for it sees at once when it could not be sent."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import sealed
from accounts.actions import audit, deliveries
from accounts.channels import ChannelError, Outgoing, TemporaryError
from accounts.models import AuditAction, ContactMethod, User, VerificationCode
from accounts.refusals import Refused
from accounts.site import absolute

WORKS_FOR = timedelta(minutes=10)
AGAIN_AFTER = timedelta(minutes=1)
MOST_TRIES = 5
# Different places an hour: whoever adds numbers one after another is not looking for their own.
MOST_PLACES = 10


class NotSentError(Refused):
    """The provider did not take the code."""


class TooSoonError(Refused):
    """Another code has just been sent."""


class WrongCodeError(Refused):
    """Not the code that was sent, or not any more."""


def send_code(*, method: ContactMethod, by: User, at: datetime) -> None:
    """Send a new code, which ends the one before. Raises `TooSoonError`, and `NotSentError` with what the provider
    said. Nothing is sent inside the transaction."""
    code = _renew(method, by, at)
    try:
        deliveries.SENDERS[method.kind](_outgoing(method, code))
    except ChannelError as error:
        words = {"reason": str(error)}
        if isinstance(error, TemporaryError):
            raise NotSentError(
                _("The code could not be sent (%(reason)s). Try again in a minute.") % words
            ) from error
        raise NotSentError(_("Nothing can be sent there (%(reason)s). Check the address.") % words) from error


def verify(*, method: ContactMethod, code: str, by: User, at: datetime) -> None:
    """It counts from now on. Raises `WrongCodeError`; after `MOST_TRIES` only a new code helps."""
    if not _matches(method, code, by, at):
        raise WrongCodeError(_("This is not the code, or it has ended. Look again, or have a new one sent."))


@transaction.atomic
def _renew(method: ContactMethod, by: User, at: datetime) -> str:
    User.objects.locked_together(by)
    lately = VerificationCode.objects.filter(method__person=method.person_id, sent_at__lte=at)
    if lately.filter(method=method, sent_at__gt=at - AGAIN_AFTER).exists():
        raise TooSoonError(_("A code was sent less than a minute ago. Wait a moment before the next."))
    others = lately.exclude(method=method).filter(sent_at__gt=at - timedelta(hours=1))
    if others.count() >= MOST_PLACES:
        raise TooSoonError(_("Codes were sent to many places. Wait an hour before the next."))
    code = f"{secrets.randbelow(1_000_000):06}"
    told = {"digest": _digest(method, code), "sent_at": at, "expires_at": at + WORKS_FOR, "wrong_tries": 0}
    VerificationCode.objects.update_or_create(method=method, defaults=told)
    return code


@transaction.atomic
def _matches(method: ContactMethod, code: str, by: User, at: datetime) -> bool:
    """Whether it is right; a wrong try is counted."""
    sent = VerificationCode.objects.select_for_update(of=("self",)).filter(method=method).first()
    locked = ContactMethod.objects.select_for_update(of=("self",)).select_related("person").get(pk=method.pk)
    if sent is None or locked.removed_at or at >= sent.expires_at or sent.wrong_tries >= MOST_TRIES:
        return False
    if not hmac.compare_digest(sent.digest, _digest(method, "".join(code.split()))):
        sent.wrong_tries += 1
        sent.save(update_fields=["wrong_tries"])
        return False
    locked.verified_at = at
    locked.save(update_fields=["verified_at"])
    sent.wrong_tries = MOST_TRIES  # a code is used once; when it was sent still counts
    sent.save(update_fields=["wrong_tries"])
    told = {"contact_method": str(locked)}
    audit.record(action=AuditAction.CONTACT_VERIFIED, by=by, at=at, about=locked.person, after=told)
    return True


def _digest(method: ContactMethod, code: str) -> str:
    """Under a key the database does not hold: six digits alone would be guessed from their hash."""
    said = f"{method.pk}:{code}".encode()
    return hmac.new(sealed.derived(b"verification"), said, hashlib.sha256).hexdigest()


def _outgoing(method: ContactMethod, code: str) -> Outgoing:
    with translation.override(method.person.language):
        subject = _("%(code)s is your Watchfloor code") % {"code": code}
        text = _("Somebody, most likely you, wants Watchfloor to reach you here. Type the code in there.")
        label, url = _("Type it in"), absolute(reverse("reach_method", args=[method.pk]))
        told = {"subject": subject, "text": text, "label": label, "url": url}
        html = render_to_string("mail/code.html", told)
    return Outgoing(
        address=method.address,
        subject=subject,
        text=f"{subject}.\n\n{text}\n\n{url}",
        html=html,
        url=url,
        label=label,
        idempotency_key=uuid4(),
        secret=sealed.opened(method.sealed),
        language=method.person.language,
    )
