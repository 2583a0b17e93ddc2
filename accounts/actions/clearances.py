"""Giving and ending clearances, each with its evidence: a security officer's work, never about oneself."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.actions.people import NotOpenError, OneselfError
from accounts.models import AuditAction, Clearance, User
from accounts.poke import ACCESS, poke_on_commit
from accounts.refusals import Refused

FIELDS = ("kind", "evidence", "valid_from", "valid_until")


class OverlapError(Refused):
    """They hold, or will hold, this clearance within the period asked for."""


class EndedError(Refused):
    """There is nothing left to end."""


@transaction.atomic
def give(
    *,
    person: User,
    kind: str,
    evidence: str,
    valid_from: datetime,
    valid_until: datetime | None,
    by: User,
    at: datetime,
) -> Clearance:
    """Raises `OneselfError`, `NotOpenError`; `OverlapError` where the periods of one kind would overlap."""
    _may(person, by, at)
    same = Clearance.objects.filter(person=person, kind=kind)
    if any(_overlap(other, valid_from, valid_until) for other in same):
        raise OverlapError(
            _("%(name)s has this clearance in that period already. End that one first, or choose other days.")
            % {"name": person.name}
        )
    clearance = Clearance.objects.create(
        person=person,
        kind=kind,
        evidence=evidence,
        valid_from=valid_from,
        valid_until=valid_until,
        granted_by=by,
    )
    told = audit.state(clearance, FIELDS)
    audit.record(action=AuditAction.CLEARANCE_GIVEN, by=by, at=at, about=person, after=told)
    poke_on_commit(person.pk, ACCESS)
    return clearance


@transaction.atomic
def end(*, clearance: Clearance, reason: str, by: User, at: datetime) -> None:
    """It counts no longer, from now on. One that has not begun is taken back as if never given; the audit
    remembers it. Raises `OneselfError`, `NotOpenError`, `EndedError`."""
    _may(clearance.person, by, at)
    locked = Clearance.objects.select_for_update().filter(pk=clearance.pk).first()
    if locked is None or (locked.valid_until is not None and locked.valid_until <= at):
        raise EndedError(_("This clearance has already ended."))
    before = audit.state(locked, ("kind", "valid_until"))
    if locked.valid_from >= at:
        locked.delete()
    else:
        locked.valid_until = at
        locked.save(update_fields=["valid_until"])
    poke_on_commit(clearance.person_id, ACCESS)
    audit.record(
        action=AuditAction.CLEARANCE_ENDED,
        by=by,
        at=at,
        about=clearance.person,
        before=before,
        after={"valid_until": audit.plain(at)},
        reason=reason,
    )


def _may(person: User, by: User, at: datetime) -> None:
    if person.pk == by.pk:
        raise OneselfError
    if not User.objects.locked_together(by, person)[by.pk].subject(at=at).may("clearances.manage"):
        raise NotOpenError


def _overlap(other: Clearance, begins: datetime, ends: datetime | None) -> bool:
    return (ends is None or other.valid_from < ends) and (
        other.valid_until is None or begins < other.valid_until
    )
