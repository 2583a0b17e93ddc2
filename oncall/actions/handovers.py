"""Handovers: whoever goes off duty says what is open, whoever comes on accepts it. Until then the giver keeps it.

Who is paged is for the schedule alone to say, accepted or not: docs/adr/0014-a-handover-moves-no-page.md.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.poke import poke_on_commit
from accounts.refusals import Refused
from oncall import handoffs
from oncall.actions.coverage_notices import managers_on_duty
from oncall.actions.duty_notices import DUTY, notify
from oncall.models import DutyName, Handover, Roster

PATIENCE = timedelta(minutes=15)
# A sweep looks after so many and comes again.
MOST_AT_ONCE = 50


class NoHandoffError(Refused):
    """There is no such handoff: the schedule has changed, or it is too long ago."""


class AcceptedError(Refused):
    """What was accepted stays as it was."""


class NotOnDutyError(Refused):
    """A handover is accepted by whoever it is for, or came on duty in their place."""


@transaction.atomic
def offer(
    *, roster: Roster, duty: str, taker: User, handoff_at: datetime, text: str, by: User, at: datetime
) -> Handover:
    """`by` goes off the duty at `handoff_at` and `taker` comes on; the taker is told. Offering it again before it is
    accepted puts these words in place of the first. Raises `NoHandoffError`, `AcceptedError`."""
    if not any(
        (it.roster.pk, it.duty, it.at) == (roster.pk, duty, handoff_at) and taker in it.takers
        for it in handoffs.of_person(by, at=at)
    ):
        raise NoHandoffError(_("The schedule has changed. Choose again whom you hand over to."))
    handover, is_new = Handover.objects.select_for_update(of=("self",)).get_or_create(
        roster=roster,
        duty=duty,
        giver=by,
        taker=taker,
        handoff_at=handoff_at,
        defaults={"text": text, "offered_at": at},
    )
    if handover.accepted_at is not None:
        raise AcceptedError(
            _("This handover is accepted already. Tell %(name)s directly.") % {"name": taker.name}
        )
    if not is_new:
        handover.text = text
        handover.save(update_fields=["text"])
    _poke(handover)
    notify(
        to=taker,
        subject=lambda: _("A handover waits for you"),
        text=lambda: _("%(name)s hands over %(roster)s, %(duty)s. Read it and accept it.") % _words(handover),
        key=f"handover:{handover.pk}",
        at=at,
        link_label=lambda: _("Read the handover"),
    )
    return handover


@transaction.atomic
def accept(*, handover: Handover, by: User, at: datetime) -> Handover:
    """`by` has it from now on. Accepting twice changes nothing. Raises `AcceptedError` for whoever comes second,
    `NotOnDutyError` for somebody it is not for."""
    locked = _locked(handover)
    if locked.accepted_by_id == by.pk:
        return locked
    if locked.accepted_by is not None:
        raise AcceptedError(
            _("%(name)s has accepted this handover already.") % {"name": locked.accepted_by.name}
        )
    if not may_accept(locked, by, at=at):
        raise NotOnDutyError(_("This handover is for whoever comes on duty."))
    locked.accepted_at, locked.accepted_by = at, by
    locked.save(update_fields=["accepted_at", "accepted_by"])
    _poke(locked)
    return locked


def may_accept(handover: Handover, person: User, *, at: datetime) -> bool:
    """The taker; or somebody else who is on that duty now, for schedules change after a handover is written."""
    if person.pk == handover.giver_id:
        return False
    if person.pk == handover.taker_id:
        return True
    on = Roster.objects.filter(pk=handover.roster_id).on_duty(at=at)
    return person in on.get(handover.roster_id, {}).get(handover.duty, [])


@transaction.atomic
def lapse_next(*, at: datetime) -> Handover | None:
    """The handover that has waited longest beyond `PATIENCE`: its giver keeps what is open, and the manager on duty is
    told. None when none has."""
    waiting = Handover.objects.waiting(since=at - PATIENCE).select_related("roster__owner", "giver", "taker")
    handover = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if handover is None:
        return None
    handover.lapsed_at = at
    handover.save(update_fields=["lapsed_at"])
    _poke(handover)
    _tell_giver(handover, at)
    _tell_manager(handover, at)
    return handover


def lapse_due(*, at: datetime, most: int = MOST_AT_ONCE) -> int:
    count = 0
    while count < most and lapse_next(at=at):
        count += 1
    return count


def _tell_giver(handover: Handover, at: datetime) -> None:
    notify(
        to=handover.giver,
        subject=lambda: _("Your handover is not accepted"),
        text=lambda: (
            _("%(taker)s has not accepted %(roster)s, %(duty)s. You keep what is open until then.")
            % _words(handover)
        ),
        key=f"handover:{handover.pk}:kept",
        at=at,
    )


def _tell_manager(handover: Handover, at: datetime) -> None:
    """The managers on duty who are neither of the two; where there is none who can be reached, the roster's owner."""
    both = {handover.giver_id, handover.taker_id}
    others = [person for person in managers_on_duty(at=at) if person.pk not in both]
    told = [_tell_of_lapse(handover, person, at) for person in others]
    if not any(told):
        _tell_of_lapse(handover, handover.roster.owner, at)


def _tell_of_lapse(handover: Handover, person: User, at: datetime) -> bool:
    return notify(
        to=person,
        subject=lambda: _("A handover is not accepted"),
        text=lambda: (
            _(
                "%(roster)s, %(duty)s: %(taker)s has not accepted within 15 minutes what %(name)s hands over. "
                "%(taker)s is on duty; %(name)s keeps what is open."
            )
            % _words(handover)
        ),
        key=f"handover:{handover.pk}:lapsed:{person.pk}",
        at=at,
    )


def _words(handover: Handover) -> dict[str, str]:
    return {
        "name": handover.giver.name,
        "taker": handover.taker.name,
        "roster": handover.roster.name,
        "duty": str(DutyName(handover.duty).label).lower(),
    }


def _locked(handover: Handover) -> Handover:
    rows = Handover.objects.select_for_update(of=("self",)).select_related("roster", "accepted_by")
    return rows.get(pk=handover.pk)


def _poke(handover: Handover) -> None:
    for person in (handover.giver_id, handover.taker_id):
        poke_on_commit(person, DUTY)
