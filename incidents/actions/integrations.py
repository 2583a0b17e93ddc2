"""Setting up the machines that report: adding them, changing over to a new key without losing a report, and
shutting them out. A key leaves here once and is never kept."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models import AuditAction, User
from accounts.querysets import digest
from accounts.refusals import Refused
from incidents.models import Integration
from incidents.querysets import serialise_on

SETTINGS = ("name", "harm_type", "region", "language", "mode", "triggers_per_minute")


class NameTakenError(Refused):
    """Whoever has to shut one out must be able to tell which."""


class RevokedError(Refused):
    """It is shut out for good."""


class KeyChangedError(Refused):
    """The key is another one than whoever presses has seen; so the same press twice changes it once."""


@transaction.atomic
def create(*, by: User | None, at: datetime, **settings) -> tuple[Integration, str]:
    """The integration and its key: 32 characters that nobody can ask for again. `settings` as `SETTINGS`."""
    _check_name(settings["name"])
    key = _new_key()
    integration = Integration.objects.create(key_hash=digest(key), key_changed_at=at, **settings)
    told = audit.state(integration, SETTINGS)
    audit.record(action=AuditAction.INTEGRATION_CREATED, by=by, at=at, about=integration, after=told)
    return integration, key


@transaction.atomic
def change(*, integration: Integration, by: User, at: datetime, **settings) -> None:
    """Reports that come in from now on follow the new settings. Raises `RevokedError`, `NameTakenError`."""
    locked = locked_for(integration)
    _check_name(settings["name"], but=locked)
    before = audit.state(locked, SETTINGS)
    for field, value in settings.items():
        setattr(locked, field, value)
    locked.save(update_fields=list(settings))
    after = audit.state(locked, SETTINGS)
    if after != before:
        action = AuditAction.INTEGRATION_CHANGED
        audit.record(action=action, by=by, at=at, about=locked, before=before, after=after)


@transaction.atomic
def rotate(*, integration: Integration, overlap: timedelta, seen: str, by: User, at: datetime) -> str:
    """A new key; the one before works for `overlap` longer, the one before that no more. `seen` is the
    `key_mark` of the key being replaced. Raises `RevokedError`, `KeyChangedError`."""
    locked = locked_for(integration)
    if key_mark(locked) != seen:
        raise KeyChangedError(
            _("The key was changed a moment ago. Look at when, and by whom, before you change it again.")
        )
    key = _new_key()
    locked.old_key_hash, locked.old_key_until = (locked.key_hash, at + overlap) if overlap else (None, None)
    locked.key_hash, locked.key_changed_at = digest(key), at
    locked.save(update_fields=["key_hash", "key_changed_at", "old_key_hash", "old_key_until"])
    until = audit.state(locked, ("old_key_until",))
    audit.record(action=AuditAction.KEY_ROTATED, by=by, at=at, about=locked, after=until)
    return key


@transaction.atomic
def end_old_key(*, integration: Integration, by: User, at: datetime) -> None:
    """The machine uses the new key already. Without an old one nothing changes."""
    locked = locked_for(integration)
    if locked.old_key_hash is None:
        return
    before = audit.state(locked, ("old_key_until",))
    locked.old_key_hash = locked.old_key_until = None
    locked.save(update_fields=["old_key_hash", "old_key_until"])
    ended = {"old_key_until": audit.plain(at)}
    audit.record(action=AuditAction.OLD_KEY_ENDED, by=by, at=at, about=locked, before=before, after=ended)


@transaction.atomic
def revoke(*, integration: Integration, reason: str, by: User, at: datetime) -> None:
    """Nothing comes in by it any more. What it reported stays. Raises `RevokedError`."""
    locked = locked_for(integration)
    locked.revoked_at, locked.old_key_hash, locked.old_key_until = at, None, None
    locked.save(update_fields=["revoked_at", "old_key_hash", "old_key_until"])
    audit.record(action=AuditAction.INTEGRATION_REVOKED, by=by, at=at, about=locked, reason=reason)


def key_mark(integration: Integration) -> str:
    """Which key this is, for a form to say what its reader has seen; tells nothing of the key."""
    return (integration.key_changed_at or integration.created_at).isoformat()


def _new_key() -> str:
    return secrets.token_hex(16)


def locked_for(integration: Integration) -> Integration:
    """Locked for a change. Raises `RevokedError`."""
    locked = Integration.objects.select_for_update(no_key=True).get(pk=integration.pk)
    if locked.revoked_at is not None:
        raise RevokedError(_("This integration is revoked for good. Add a new one in its place."))
    return locked


def _check_name(name: str, but: Integration | None = None) -> None:
    serialise_on("integrations")
    same = Integration.objects.filter(name__iexact=name, revoked_at=None)
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise NameTakenError(_("An integration of this name is in use. Choose one that tells them apart."))
