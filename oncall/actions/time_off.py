"""Time off: a person is away, and their shifts are empty until somebody is found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models import AuditAction, User
from accounts.refusals import Refused
from oncall.absences import Absence
from oncall.actions.duty_notices import telling
from oncall.actions.overrides import EndedError, PastError
from oncall.models import Roster, TimeOff

LONGEST_UID = 300


class NothingAheadError(Refused):
    """A calendar that says nothing of the time to come ends nothing: mostly it is the wrong file."""


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
    locked = TimeOff.objects.select_for_update(of=("self",)).select_related("person").get(pk=time_off.pk)
    if locked.ended_at is not None or locked.ends_at <= at:
        raise EndedError(_("This time off is over already."))
    person = locked.person
    with telling(*Roster.objects.of_person(person.pk), by=by, at=at, key=f"back:{locked.pk}"):
        locked.ended_at = at
        locked.save(update_fields=["ended_at"])
    audit.record(action=AuditAction.TIME_OFF_ENDED, by=by, at=at, about=person, before=_told(locked))


def _told(time_off: TimeOff) -> dict:
    return {"starts_at": audit.plain(time_off.starts_at), "ends_at": audit.plain(time_off.ends_at)}


@dataclass(frozen=True, slots=True)
class Brought:
    """What a calendar came to: times away that are new, that were known, and that are not in it any more."""

    new: int
    known: int
    ended: int


@transaction.atomic
def bring(*, person: User, absences: Sequence[Absence], by: User, at: datetime) -> Brought:
    """The person is away when their own calendar says so: what is new in it is entered; what an earlier one brought
    and this one has not, ends. What was entered by hand stays. The same calendar again changes nothing. Raises
    `NothingAheadError`."""
    if not any(it.ends_at > at for it in absences):
        raise NothingAheadError(_("This calendar has no time off from now on. Nothing was changed."))
    locked = User.objects.locked_together(person)[person.pk]
    rows = TimeOff.objects.filter(person=locked, ended_at=None, ends_at__gt=at).exclude(uid="")
    there = {Absence(row.starts_at, row.ends_at, row.uid): row for row in rows}
    wanted = {replace(it, uid=_short(it.uid)) for it in absences}
    new, gone = sorted(wanted - there.keys()), [row for it, row in there.items() if it not in wanted]
    if new or gone:
        with telling(
            *Roster.objects.of_person(locked.pk), by=by, at=at, key=f"calendar:{locked.pk}:{at.timestamp()}"
        ):
            TimeOff.objects.filter(pk__in=[row.pk for row in gone]).update(ended_at=at)
            TimeOff.objects.bulk_create(
                TimeOff(
                    person=locked,
                    starts_at=it.starts_at,
                    ends_at=it.ends_at,
                    uid=it.uid,
                    made_at=at,
                    made_by=by,
                )
                for it in new
            )
        told = {"calendar": {"entered": len(new), "ended": len(gone)}}
        audit.record(action=AuditAction.TIME_OFF_ENTERED, by=by, at=at, about=locked, after=told)
    return Brought(new=len(new), known=len(wanted) - len(new), ended=len(gone))


def _short(uid: str) -> str:
    """A calendar's name for an event, as far as it fits."""
    return uid if len(uid) <= LONGEST_UID else sha256(uid.encode()).hexdigest()
