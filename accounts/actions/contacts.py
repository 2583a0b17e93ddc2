"""Contact methods as an administrator may change them: switched off when they lead nowhere, and on again.
Addresses are each person's own to verify."""

from datetime import datetime

from django.db import transaction

from accounts.actions import audit
from accounts.models import AuditAction, ContactMethod, User


@transaction.atomic
def disable(*, method: ContactMethod, by: User, at: datetime) -> None:
    """Nothing is sent there any more. Disabling twice changes nothing."""
    _switch(method, AuditAction.CONTACT_DISABLED, by, at, disabled_at=at)


@transaction.atomic
def enable(*, method: ContactMethod, by: User, at: datetime) -> None:
    """It is used again, if it was verified. Enabling twice changes nothing."""
    _switch(method, AuditAction.CONTACT_ENABLED, by, at, disabled_at=None)


def _switch(
    method: ContactMethod, action: AuditAction, by: User, at: datetime, disabled_at: datetime | None
) -> None:
    locked = ContactMethod.objects.select_for_update(of=("self",)).select_related("person").get(pk=method.pk)
    if (locked.disabled_at is None) == (disabled_at is None):
        return
    locked.disabled_at = disabled_at
    locked.save(update_fields=["disabled_at"])
    told = {"contact_method": str(locked)}
    audit.record(action=action, by=by, at=at, about=locked.person, after=told)
