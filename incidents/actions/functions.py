"""Who does what in a room: the one incident manager, and the functions beside them. Having a function brings
need to know with it, never a clearance."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from incidents.actions import grants, timeline
from incidents.actions.ended import check_open
from incidents.choices import EntryKind, Function
from incidents.models import Assignment, Incident, IncidentUserGrant

# Long enough for any incident; it ends with the function.
WHILE_ASSIGNED = timedelta(days=365)


class NotUnderWayError(Refused):
    """Only an incident that has been accepted and has not ended has an incident manager to change."""


@transaction.atomic
def name_manager(*, incident: Incident, manager: User, by: User, at: datetime, reason: str) -> Incident:
    """Another incident manager from now on; naming whoever already is changes nothing. Raises
    `grants.NotClearedError`, `NotUnderWayError`."""
    locked = Incident.objects.locked(incident.pk)
    if locked.incident_manager_id is None or not locked.stage_flags.is_open:
        raise NotUnderWayError(_("Accept the incident first; whoever accepts it becomes its manager."))
    if locked.incident_manager_id == manager.pk:
        return locked
    grants.check_may_know(incident=locked, person=manager, at=at)
    before, locked.incident_manager = locked.incident_manager_id, manager
    locked.save(update_fields=["incident_manager"])
    _let_know(locked, manager, by, at, reason=_("Incident manager"))
    timeline.record(
        incident=locked,
        kind=EntryKind.MANAGER_CHANGED,
        at=at,
        by=by,
        why=reason,
        manager=manager.pk,
        before_person=before,
    )
    return locked


@transaction.atomic
def assign(*, incident: Incident, function: str, person: User, by: User, at: datetime) -> Assignment:
    """Give `person` a function; whoever had it has it no longer. Raises `ended.EndedError`, and what
    `grants.check_may_respond` raises."""
    locked = Incident.objects.locked(incident.pk)
    check_open(locked)
    grants.check_may_respond(incident=locked, person=person, at=at)
    standing = locked.assignments.standing().filter(function=function).first()
    if standing is not None and standing.person_id == person.pk:
        return standing
    if standing is not None:
        _end(standing, at)
    _let_know(locked, person, by, at, reason=str(Function(function).label))
    assignment = Assignment.objects.create(
        incident=locked, function=function, person=person, assigned_by=by, assigned_at=at
    )
    locked.tasks.open().filter(assignee=None, function=function).update(assignee=person)
    timeline.record(
        incident=locked, kind=EntryKind.FUNCTION_GIVEN, at=at, by=by, function=function, person=person.pk
    )
    return assignment


@transaction.atomic
def end(*, assignment: Assignment, by: User, at: datetime) -> None:
    """The function is nobody's again; ending twice changes nothing."""
    Incident.objects.locked(assignment.incident_id)
    standing = Assignment.objects.standing().filter(pk=assignment.pk).first()
    if standing is None:
        return
    _end(standing, at)
    timeline.record(
        incident=standing.incident,
        kind=EntryKind.FUNCTION_ENDED,
        at=at,
        by=by,
        function=standing.function,
        person=standing.person_id,
    )


def _end(assignment: Assignment, at: datetime) -> None:
    """The need to know that came with the function goes with it, unless another function keeps it."""
    assignment.ended_at = at
    assignment.save(update_fields=["ended_at"])
    others = Assignment.objects.standing().filter(
        incident=assignment.incident_id, person=assignment.person_id
    )
    if not others.exists():
        grants.end(
            incident=assignment.incident,
            person=assignment.person,
            source=IncidentUserGrant.Source.ASSIGNMENT,
            at=at,
        )


def _let_know(incident: Incident, person: User, by: User, at: datetime, *, reason: str) -> None:
    grants.give_if_needed(
        incident=incident,
        person=person,
        permission="edit",
        source=IncidentUserGrant.Source.ASSIGNMENT,
        reason=reason,
        by=by,
        at=at,
        expires_at=at + WHILE_ASSIGNED,
    )
