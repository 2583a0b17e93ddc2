"""Moving an incident through its stages, from the first acknowledgement to the end and back. Callers have found
the incident through `visible_to` with the permission the move needs; every verb locks, checks, writes, records
and sends its fact in one transaction. What ends an incident in triage is in `triage`."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from incidents import playbooks, response
from incidents.actions import grants, tasks, timeline
from incidents.choices import EntryKind, StageName
from incidents.models import Incident
from incidents.signals import (
    incident_accepted,
    incident_acknowledged,
    incident_reopened,
    incident_resolved,
)
from incidents.transitions import TransitionError, after


class WrongStageError(Refused):
    """The incident is no longer in a stage this move starts from."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who acknowledged, and whether it was this call that did it."""

    incident: Incident
    won: bool


@transaction.atomic
def acknowledge(
    *, incident: Incident, by: User | None, at: datetime, by_name: str = "", via: str = "console"
) -> Acknowledgement:
    """Somebody has it. The first to say so wins and every further attempt to page stops
    (`incident_acknowledged`); anyone later gets the winner back. A lost race is no error."""
    locked = Incident.objects.locked(incident.pk)
    if locked.acknowledged_at is not None or not locked.stage_flags.is_open:
        return Acknowledgement(locked, won=False)
    locked.acknowledged_at, locked.acknowledged_by = at, by
    locked.save(update_fields=["acknowledged_at", "acknowledged_by"])
    timeline.record(incident=locked, kind=EntryKind.ACKNOWLEDGED, at=at, by=by, by_name=by_name, via=via)
    incident_acknowledged.send(sender=Incident, incident=locked, at=at, by=by)
    return Acknowledgement(locked, won=True)


@transaction.atomic
def ask_again(*, incident: Incident) -> None:
    """What was acknowledged has become something worse: it waits for an acknowledgement once more. The first
    one stays on the timeline."""
    locked = Incident.objects.locked(incident.pk)
    locked.acknowledged_at = locked.acknowledged_by = None
    locked.save(update_fields=["acknowledged_at", "acknowledged_by"])


@transaction.atomic
def accept(*, incident: Incident, manager: User, by: User, at: datetime) -> Incident:
    """Out of triage into work, with exactly one incident manager. Accepting what nobody had acknowledged
    acknowledges it too. The first status update falls due, and the playbook for its harm type starts. Sends
    `incident_accepted`; raises `WrongStageError`, and `grants.NotClearedError` when `manager` may not know."""
    grants.check_may_know(incident=incident, person=manager, at=at)
    acknowledge(incident=incident, by=by, at=at)
    locked = moved(incident, "accept", at)
    locked.accepted_at, locked.incident_manager = at, manager
    locked.next_update_at = max(at, response.first_update_at(locked.severity, locked.declared_at))
    locked.save(update_fields=["stage", "stage_since", "accepted_at", "incident_manager", "next_update_at"])
    timeline.record(incident=locked, kind=EntryKind.ACCEPTED, at=at, by=by, manager=manager.pk)
    playbook = playbooks.for_harm_type(locked.harm_type)
    if playbook is not None:
        tasks.start_playbook(incident=locked, playbook=playbook, by=by, at=at)
    incident_accepted.send(sender=Incident, incident=locked, at=at, by=by)
    return locked


@transaction.atomic
def contain(*, incident: Incident, by: User, at: datetime, reason: str = "") -> Incident:
    """The harm has stopped spreading. Raises `WrongStageError`."""
    locked = moved(incident, "contain", at)
    locked.contained_at = at
    locked.save(update_fields=["stage", "stage_since", "contained_at"])
    timeline.record(incident=locked, kind=EntryKind.CONTAINED, at=at, by=by, why=reason)
    return locked


@transaction.atomic
def resolve(
    *, incident: Incident, by: User | None, at: datetime, by_name: str = "", reason: str = ""
) -> Incident:
    """Nothing more has to be done; no further status update is owed. Sends `incident_resolved`; raises
    `WrongStageError`."""
    locked = moved(incident, "resolve", at)
    locked.ended_at, locked.next_update_at = at, None
    locked.save(update_fields=["stage", "stage_since", "ended_at", "next_update_at"])
    timeline.record(incident=locked, kind=EntryKind.RESOLVED, at=at, by=by, by_name=by_name, why=reason)
    incident_resolved.send(sender=Incident, incident=locked, at=at, by=by)
    return locked


@transaction.atomic
def close(*, incident: Incident, by: User, at: datetime) -> Incident:
    """Everything that followed is done. Raises `WrongStageError`."""
    locked = moved(incident, "close", at)
    locked.save(update_fields=["stage", "stage_since"])
    timeline.record(incident=locked, kind=EntryKind.CLOSED, at=at, by=by)
    return locked


@transaction.atomic
def reopen(*, incident: Incident, by: User, at: datetime, reason: str) -> Incident:
    """It was not over. Back to work under whoever managed it, or `by` where nobody did; the next status update
    falls due. Sends `incident_reopened`; raises `WrongStageError`."""
    locked = moved(incident, "reopen", at)
    locked.ended_at = locked.contained_at = None
    locked.incident_manager = locked.incident_manager or by
    locked.accepted_at = locked.accepted_at or at
    locked.acknowledged_at, locked.acknowledged_by = (
        (locked.acknowledged_at, locked.acknowledged_by) if locked.acknowledged_at else (at, by)
    )
    locked.next_update_at = at + response.TARGETS[locked.severity].cadence
    locked.save()
    timeline.record(incident=locked, kind=EntryKind.REOPENED, at=at, by=by, why=reason)
    incident_reopened.send(sender=Incident, incident=locked, at=at, by=by)
    return locked


def moved(incident: Incident, move: str, at: datetime) -> Incident:
    """The locked row with its new stage set, not yet saved. Raises `WrongStageError`."""
    locked = Incident.objects.locked(incident.pk)
    try:
        locked.stage, locked.stage_since = after(locked.stage, move), at
    except TransitionError as error:
        raise WrongStageError(
            _("%(code)s is already %(stage)s. Reload to see who did what.")
            % {"code": locked.code, "stage": StageName(error.stage).label.lower()}
        ) from None
    return locked
