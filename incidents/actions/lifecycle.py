"""Moving an incident through its stages. Callers have found the incident through `visible_to` with the
permission the move needs; every verb locks, checks, writes, records and sends its fact in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from incidents.actions import rating, timeline
from incidents.choices import EntryKind, StageName
from incidents.models import Incident
from incidents.signals import (
    incident_accepted,
    incident_acknowledged,
    incident_left_triage,
    incident_resolved,
)
from incidents.transitions import TransitionError, after


class WrongStageError(Refused):
    """The incident is no longer in a stage this move starts from."""


class MergeRefusedError(Refused):
    """These two incidents cannot become one."""


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
    acknowledges it too. Sends `incident_accepted`; raises `WrongStageError`."""
    acknowledge(incident=incident, by=by, at=at)
    locked = _moved(incident, "accept")
    locked.accepted_at, locked.incident_manager = at, manager
    locked.save(update_fields=["stage", "accepted_at", "incident_manager"])
    timeline.record(incident=locked, kind=EntryKind.ACCEPTED, at=at, by=by, manager=manager.pk)
    incident_accepted.send(sender=Incident, incident=locked, at=at, by=by)
    return locked


@transaction.atomic
def decline(*, incident: Incident, reason: str, by: User, at: datetime) -> Incident:
    """Not an incident, for one of the ten reasons. Nothing more is sent about it (`incident_left_triage`).
    Raises `WrongStageError`."""
    locked = _moved(incident, "decline")
    locked.decline_reason, locked.ended_at = reason, at
    locked.save(update_fields=["stage", "decline_reason", "ended_at"])
    timeline.record(incident=locked, kind=EntryKind.DECLINED, at=at, by=by, reason=reason)
    incident_left_triage.send(sender=Incident, incident=locked, at=at, outcome=locked.stage)
    return locked


@transaction.atomic
def merge(*, incident: Incident, into: Incident, by: User, at: datetime) -> Incident:
    """The same thing as another open incident, which takes over its reports. Nothing more is sent about this
    one (`incident_left_triage`). Raises `MergeRefusedError` when the two differ in who may know or in mode,
    `WrongStageError` when this one has left triage."""
    # Both rows are locked in one order, so that two people merging two incidents into each other cannot hang.
    locked = {pk: Incident.objects.locked(pk) for pk in sorted({incident.pk, into.pk})}
    survivor = locked[into.pk]
    _check_merge(locked[incident.pk], survivor)
    merged = _moved(incident, "merge")
    merged.merged_into, merged.ended_at = survivor, at
    merged.save(update_fields=["stage", "merged_into", "ended_at"])
    merged.reports.update(incident=survivor)
    timeline.record(incident=merged, kind=EntryKind.MERGED, at=at, by=by, into=survivor.code)
    timeline.record(incident=survivor, kind=EntryKind.ABSORBED, at=at, by=by, merged=merged.code)
    incident_left_triage.send(sender=Incident, incident=merged, at=at, outcome=merged.stage)
    # The survivor carries on for both: what was severe enough to wake somebody still is.
    rating.raise_to(incident=survivor, rated=merged, at=at)
    return merged


@transaction.atomic
def contain(*, incident: Incident, by: User, at: datetime) -> Incident:
    """The harm has stopped spreading. Raises `WrongStageError`."""
    locked = _moved(incident, "contain")
    locked.save(update_fields=["stage"])
    timeline.record(incident=locked, kind=EntryKind.CONTAINED, at=at, by=by)
    return locked


@transaction.atomic
def resolve(*, incident: Incident, by: User | None, at: datetime, by_name: str = "") -> Incident:
    """Nothing more has to be done. Sends `incident_resolved`; raises `WrongStageError`."""
    locked = _moved(incident, "resolve")
    locked.ended_at = at
    locked.save(update_fields=["stage", "ended_at"])
    timeline.record(incident=locked, kind=EntryKind.RESOLVED, at=at, by=by, by_name=by_name)
    incident_resolved.send(sender=Incident, incident=locked, at=at, by=by)
    return locked


@transaction.atomic
def close(*, incident: Incident, by: User, at: datetime) -> Incident:
    """Everything that followed is done. Raises `WrongStageError`."""
    locked = _moved(incident, "close")
    locked.save(update_fields=["stage"])
    timeline.record(incident=locked, kind=EntryKind.CLOSED, at=at, by=by)
    return locked


def _moved(incident: Incident, move: str) -> Incident:
    """The locked row with its new stage set, not yet saved."""
    locked = Incident.objects.locked(incident.pk)
    try:
        locked.stage = after(locked.stage, move)
    except TransitionError as error:
        raise WrongStageError(
            _("%(code)s is already %(stage)s. Reload to see who did what.")
            % {"code": locked.code, "stage": StageName(error.stage).label.lower()}
        ) from None
    return locked


def _check_merge(incident: Incident, survivor: Incident) -> None:
    if incident.pk == survivor.pk:
        raise MergeRefusedError(
            _("An incident cannot be merged into itself. Enter the code of the other one.")
        )
    if not survivor.stage_flags.is_open:
        raise MergeRefusedError(_("%(code)s has ended. Choose an open incident.") % {"code": survivor.code})
    if incident.profile_id != survivor.profile_id or incident.mode != survivor.mode:
        raise MergeRefusedError(
            _("%(code)s has another access profile or mode. Only incidents of one kind can become one.")
            % {"code": survivor.code}
        )
