"""Time off: a person is away, and their shifts are empty until somebody is found."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models import AuditAction, User
from oncall.actions.duty_notices import telling
from oncall.actions.overrides import EndedError, PastError
from oncall.models import Roster, TimeOff


@transaction.atomic
def enter(
    *,
    person: User,
    starts_at: datetime,
    ends_at: datetime,
    note: str = "",
    uid: str = "",
    by: User,
    at: datetime,
) -> TimeOff:
    """The person is away; from `at` on their slots are empty. Raises `PastError`."""
    if ends_at <= max(starts_at, at):
        raise PastError(_("This time is over. Choose an end that is still to come."))
    with telling(
        *Roster.objects.of_person(person.pk), by=by, at=at, key=f"away:{person.pk}:{at.timestamp()}"
    ):
        time_off = TimeOff.objects.create(
            person=person, starts_at=starts_at, ends_at=ends_at, note=note, uid=uid, made_at=at, made_by=by
        )
    audit.record(action=AuditAction.TIME_OFF_ENTERED, by=by, at=at, about=person, after=_told(time_off))
    return time_off


@transaction.atomic
def end(*, time_off: TimeOff, by: User, at: datetime) -> None:
    """They are back: what was still to come of it does not count. Raises `EndedError`."""
    locked = TimeOff.objects.select_for_update().select_related("person").get(pk=time_off.pk)
    if locked.ended_at is not None or locked.ends_at <= at:
        raise EndedError(_("This time off is over already."))
    person = locked.person
    with telling(*Roster.objects.of_person(person.pk), by=by, at=at, key=f"back:{locked.pk}"):
        locked.ended_at = at
        locked.save(update_fields=["ended_at"])
    audit.record(action=AuditAction.TIME_OFF_ENDED, by=by, at=at, about=person, before=_told(locked))


def _told(time_off: TimeOff) -> dict:
    return {"starts_at": audit.plain(time_off.starts_at), "ends_at": audit.plain(time_off.ends_at)}
