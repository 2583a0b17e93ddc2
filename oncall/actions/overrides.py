"""Overrides: somebody decides who is on duty for a while, whatever the layers say. None is ever edited; ending one
leaves what it did until then."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models import AuditAction, User
from accounts.refusals import Refused
from oncall import changes, objections, rota
from oncall.actions.duty_notices import telling
from oncall.layers import Duty, require
from oncall.models import Override, Roster
from oncall.objections import Objection
from oncall.spans import Span


class PastError(Refused):
    """The past is a record."""


class ObjectedError(Refused):
    """Something speaks against it. `objections` say what; doing it anyway needs that to be acknowledged."""

    def __init__(self, found: Sequence[Objection]) -> None:
        super().__init__(" ".join(objection.words for objection in found))
        self.objections = list(found)

    def told(self) -> dict:
        return {"objections": [{"code": it.code, "words": it.words} for it in self.objections]}


class EndedError(Refused):
    """It has no effect any more."""


@transaction.atomic
def make(
    *,
    roster: Roster,
    kind: str,
    person: User | None = None,
    stand_in: User | None = None,
    duty: str = "",
    starts_at: datetime,
    ends_at: datetime,
    reason: str = "",
    acknowledged: bool = False,
    by: User,
    at: datetime,
) -> Override:
    """`stand_in` comes instead of `person` (nobody: instead of everybody), is added, or nobody comes at all. From `at`
    on at the earliest. People whose shifts change are told. Raises `RotaError`, naming the field as a roster file has
    it, for what cannot be an override; `PastError`; `ObjectedError` unless what speaks against the stand-in is
    `acknowledged`, which keeps the objections with the override."""
    _check(kind, person, stand_in, duty, (starts_at, ends_at))
    locked = Roster.objects.select_for_update(no_key=True).get(pk=roster.pk)
    span = max(starts_at, at), ends_at
    if span[0] >= span[1]:
        raise PastError(_("This time is over. Choose an end that is still to come."))
    found = objections.against(stand_in, roster=locked, span=span, at=at) if stand_in else []
    if found and not acknowledged:
        raise ObjectedError(found)
    with telling(locked, by=by, at=at, key=f"override:{locked.pk}:{at.timestamp()}"):
        override = Override.objects.create(
            roster=locked,
            kind=kind,
            person=person,
            by=stand_in,
            duty=duty,
            starts_at=span[0],
            ends_at=span[1],
            reason=reason,
            acknowledged=[objection.code for objection in found],
            made_at=at,
            made_by=by,
        )
    audit.record(
        action=AuditAction.OVERRIDE_MADE, by=by, at=at, about=locked, after=told(override), reason=reason
    )
    return override


@transaction.atomic
def end(*, override: Override, by: User, at: datetime) -> None:
    """It acts no longer than `at`. People whose shifts change are told. Raises `EndedError`."""
    # Whoever is replaced and whoever comes may both be nobody, and Postgres locks no row that may be missing.
    rows = Override.objects.select_for_update(of=("self",)).select_related("roster", "person", "by")
    locked = rows.get(pk=override.pk)
    if locked.ended_at is not None or locked.ends_at <= at:
        raise EndedError(_("This override is over already."))
    with telling(locked.roster, by=by, at=at, key=f"override:{locked.pk}:ended"):
        locked.ended_at, locked.ended_by = at, by
        locked.save(update_fields=["ended_at", "ended_by"])
    audit.record(action=AuditAction.OVERRIDE_ENDED, by=by, at=at, about=locked.roster, before=told(locked))


def _check(kind: str, person: User | None, stand_in: User | None, duty: str, span: Span) -> None:
    """Raise `RotaError` for what the rota core would refuse: it must not become a row."""
    require(person is None or person != stand_in, "by", _("Choose somebody else than whom they replace."))
    rota.Override(
        kind=cast(changes.Kind, kind),
        person=person and person.pk,
        by=stand_in and stand_in.pk,
        duty=cast(Duty, duty) or None,
        starts_at=span[0],
        ends_at=span[1],
    )


def told(override: Override) -> dict:
    """An override as the audit keeps it."""
    return {
        "override": override.kind,
        "person": override.person.name if override.person else "",
        "stand_in": override.by.name if override.by else "",
        "duty": override.duty,
        "starts_at": audit.plain(override.starts_at),
        "ends_at": audit.plain(override.ends_at),
        "acknowledged": override.acknowledged,
    }
