"""A person's own API tokens: made, shown once, revoked."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models import ApiToken, AuditAction, User
from accounts.querysets import digest
from accounts.refusals import Refused

MOST_TOKENS = 20


class TooManyTokensError(Refused):
    """They have as many as anybody needs."""


class SameNameError(Refused):
    """Two tokens of one name could not be told apart when one has to go."""


@transaction.atomic
def make(*, person: User, name: str, expires_at: datetime | None, at: datetime) -> tuple[ApiToken, str]:
    """The token and its secret, which nobody can ask for again."""
    locked = User.objects.locked_together(person)[person.pk]
    standing = ApiToken.objects.standing().filter(person=locked)
    if standing.filter(name__iexact=name).exists():
        raise SameNameError(_("You have a token of this name. Revoke that one, or choose another name."))
    if standing.count() >= MOST_TOKENS:
        raise TooManyTokensError(
            _("You have %(most)s tokens. Revoke one that is not used any more.") % {"most": MOST_TOKENS}
        )
    secret = "wf_" + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=locked, name=name, secret_hash=digest(secret), expires_at=expires_at
    )
    audit.record(
        action=AuditAction.TOKEN_MADE,
        by=person,
        at=at,
        about=token,
        after=audit.state(token, ("expires_at",)),
    )
    return token, secret


@transaction.atomic
def revoke(*, token: ApiToken, by: User, at: datetime) -> None:
    """It opens nothing from now on. Revoking twice changes nothing."""
    locked = ApiToken.objects.select_for_update().get(pk=token.pk)
    if locked.revoked_at is not None:
        return
    locked.revoked_at = at
    locked.save(update_fields=["revoked_at"])
    audit.record(action=AuditAction.TOKEN_REVOKED, by=by, at=at, about=locked)
