"""Where each function is on call."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.actions import audit
from accounts.models import AuditAction, User
from escalations.models import FunctionDesk
from incidents.querysets import serialise_on
from oncall.models import Roster


@transaction.atomic
def assign(*, desks: Mapping[str, Roster | None], by: User | None, at: datetime) -> int:
    """Put each of these functions on call at a roster, or nowhere; the others stay. How many that changed."""
    serialise_on("function desks")
    standing = {desk.function: desk for desk in FunctionDesk.objects.select_related("roster")}
    changed = 0
    for function, roster in desks.items():
        desk = standing.get(function)
        before = desk.roster if desk else None
        if before == roster:
            continue
        changed += 1
        desk = desk or FunctionDesk(function=function)
        if roster is not None:
            desk.roster = roster
            desk.save()
        audit.record(
            action=AuditAction.DESK_CHANGED,
            by=by,
            at=at,
            about=desk,
            before={"roster": before.name if before else ""},
            after={"roster": roster.name if roster else ""},
        )
        if roster is None:
            desk.delete()
    return changed
