"""Writing to the audit. Each action that changes how the console is set up calls `record` last, inside its own
transaction: a change that cannot be recorded is not made."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models

from accounts.models import AuditAction, AuditEvent, AuditObject, User


def record(
    *,
    action: AuditAction,
    by: User | None,
    at: datetime,
    about: models.Model | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """`by` is None for the system and the command line, `about` for a sign-in as nobody we know. Of `before` and
    `after` only what differs is kept."""
    before, after = _changed(before or {}, after or {})
    return AuditEvent.objects.create(
        occurred_at=at,
        actor=by,
        action=action,
        object_type=AuditObject(str(about._meta.model_name)) if about else "",
        object_id=about.pk if about else None,
        object_name=str(about)[:200] if about else "",
        before=before,
        after=after,
        reason=reason,
    )


def state(row: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """The named fields as they go into `before` and `after`."""
    return {field: plain(getattr(row, field)) for field in fields}


def plain(value: Any) -> Any:
    """As JSON keeps it, and as a reader without our code would understand it."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value


def _changed(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    differ = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    return (
        {name: value for name, value in before.items() if name in differ},
        {name: value for name, value in after.items() if name in differ},
    )
