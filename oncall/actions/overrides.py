"""Overrides: somebody decides who is on duty for a while, whatever the layers say. None is ever edited; ending one
leaves what it did until then."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models import AuditAction, User
from accounts.refusals import Refused
from oncall import aims, changes, objections, rota
from oncall.actions import lapsing
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


class NothingChangesError(Refused):
    """The schedule would be what it is already, or whoever should come would not."""


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
    on at the earliest. What `person` has by swaps is taken where it came from, so there may be several rows, made and
    told of together; the first of them in time is returned. People whose shifts change are told. Raises `RotaError`,
    naming the field as a roster file has it, for what cannot be an override; `PastError`; `NothingChangesError`;
    `ObjectedError` unless what speaks against the stand-in is `acknowledged`, which keeps the objections with the
    override."""
    _check(kind, person, stand_in, duty, (starts_at, ends_at))
    locked = Roster.objects.select_for_update(no_key=True).get(pk=roster.pk)
    span = max(starts_at, at), ends_at
    if span[0] >= span[1]:
        raise PastError(_("This time is over. Choose an end that is still to come."))
    rows = _aimed(locked, _rule(kind, person, stand_in, duty, span), stand_in)
    found = objections.against(stand_in, roster=locked, span=span, at=at) if stand_in else []
    if found and not acknowledged:
        raise ObjectedError(found)
    kept = {"reason": reason, "acknowledged": [objection.code for objection in found]}
    with telling(locked, by=by, at=at, key=f"override:{locked.pk}:{at.timestamp()}"):
        made = [_stored(locked, row, **kept, made_by=by, made_at=at) for row in rows]
    lapsing.lapse(rosters=[locked], at=at)
    for override in made:
        audit.record(
            action=AuditAction.OVERRIDE_MADE, by=by, at=at, about=locked, after=told(override), reason=reason
        )
    return made[0]


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
    lapsing.lapse(rosters=[locked.roster], at=at)
    audit.record(action=AuditAction.OVERRIDE_ENDED, by=by, at=at, about=locked.roster, before=told(locked))


def _check(kind: str, person: User | None, stand_in: User | None, duty: str, span: Span) -> None:
    """Raise `RotaError` for what the rota core would refuse: it must not become a row."""
    require(person is None or person != stand_in, "by", _("Choose somebody else than whom they replace."))
    _rule(kind, person, stand_in, duty, span)


def _rule(kind: str, person: User | None, stand_in: User | None, duty: str, span: Span) -> rota.Override:
    return rota.Override(
        kind=cast(changes.Kind, kind),
        person=person and person.pk,
        by=stand_in and stand_in.pk,
        duty=cast(Duty, duty) or None,
        starts_at=span[0],
        ends_at=span[1],
    )


def _aimed(roster: Roster, wanted: rota.Override, stand_in: User | None) -> list[rota.Override]:
    """The overrides that do what is wanted. Raise `NothingChangesError` where none can."""
    span = wanted.starts_at, wanted.ends_at
    core = Roster.objects.filter(pk=roster.pk).rules(span)[roster.pk]
    rows = aims.aimed(core, wanted)
    before = aims.outcome(core, span)
    after = aims.outcome(replace(core, overrides=(*core.overrides, *rows)), span)
    if stand_in and not after.has(stand_in.pk) and _gives_away(core, stand_in):
        words = _("%(name)s gave away what they had then by a swap, and this would go there too.")
        advice = _("Choose somebody else, or let whoever took it offer it back.")
        raise NothingChangesError(f"{words % {'name': stand_in.name}} {advice}")
    if before == after:
        raise NothingChangesError(_("This would change nothing: the schedule is like that already."))
    return rows


def _stored(roster: Roster, rule: rota.Override, **kept: Any) -> Override:
    named = {"person_id": rule.person, "by_id": rule.by, "duty": rule.duty or ""}
    span = {"starts_at": rule.starts_at, "ends_at": rule.ends_at}
    return Override.objects.create(roster=roster, kind=rule.kind, **named, **span, **kept)


def _gives_away(core: rota.Rota, person: User) -> bool:
    return any(swap.giver == person.pk for swap in core.swaps)


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
