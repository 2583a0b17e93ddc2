"""What has to be done in a room: a playbook's steps as tasks, tasks added by hand, and what became of each."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from incidents.actions import grants, live, timeline
from incidents.actions.ended import check_open
from incidents.choices import EntryKind, TaskState
from incidents.models import Incident, Task
from incidents.playbooks import Playbook

KINDS = {TaskState.DONE: EntryKind.TASK_DONE, TaskState.NOT_APPLICABLE: EntryKind.TASK_SKIPPED}


class AlreadySettledError(Refused):
    """Somebody else settled the task first."""


class OutcomeMissingError(Refused):
    """The task cannot be settled without saying what came of it."""


@transaction.atomic
def start_playbook(*, incident: Incident, playbook: Playbook, by: User, at: datetime) -> None:
    """Every step of the playbook becomes a task, due from `at` on, for whoever has its function. Starting it
    again changes nothing; the incident keeps the version it began with. Raises `ended.EndedError`."""
    locked = Incident.objects.locked(incident.pk)
    check_open(locked)
    if locked.tasks.filter(playbook=playbook.code).exists():
        return
    holders = dict(locked.assignments.standing().values_list("function", "person"))
    holders[""] = locked.incident_manager_id
    Task.objects.bulk_create(
        Task(
            incident=locked,
            playbook=playbook.code,
            playbook_version=playbook.version,
            step=step.code,
            function=step.function,
            position=position,
            due_at=at + step.due_after,
            assignee_id=holders.get(step.function),
        )
        for position, step in enumerate(playbook.steps)
    )
    timeline.record(
        incident=locked,
        kind=EntryKind.PLAYBOOK_STARTED,
        at=at,
        by=by,
        playbook=playbook.code,
        version=playbook.version,
    )


@transaction.atomic
def add(
    *,
    incident: Incident,
    title: str,
    by: User,
    at: datetime,
    assignee: User | None = None,
    due_at: datetime | None = None,
) -> Task:
    """A task in somebody's own words, after the ones there are. Raises `ended.EndedError`, and what
    `grants.check_may_respond` raises for an assignee who may not."""
    locked = Incident.objects.locked(incident.pk)
    check_open(locked)
    if assignee is not None:
        grants.check_may_respond(incident=locked, person=assignee, at=at)
    task = Task.objects.create(
        incident=locked,
        own_title=title,
        assignee=assignee,
        due_at=due_at,
        position=locked.tasks.count(),
    )
    timeline.record(incident=locked, kind=EntryKind.TASK_ADDED, at=at, by=by, task=str(task.pk))
    return task


@transaction.atomic
def take(*, task: Task, assignee: User | None, at: datetime) -> Task:
    """Put it on somebody's list, or on nobody's. Raises what `grants.check_may_respond` raises."""
    locked = _locked(task)
    if assignee is not None:
        grants.check_may_respond(incident=locked.incident, person=assignee, at=at)
    locked.assignee = assignee
    locked.save(update_fields=["assignee"])
    live.changed(locked.incident)
    return locked


@transaction.atomic
def settle(*, task: Task, state: str, outcome: str, by: User, at: datetime) -> Task:
    """Done, or not applicable. `outcome` is the evidence or the reason: needed where the step asks for evidence
    and always when it does not apply. Raises `OutcomeMissingError`, `AlreadySettledError`."""
    locked = _locked(task)
    if locked.state != TaskState.OPEN:
        raise AlreadySettledError(
            _("%(name)s has settled this already. Reload to see how.") % {"name": locked.settled_by}
        )
    if not outcome and (locked.wants_evidence or state == TaskState.NOT_APPLICABLE):
        raise OutcomeMissingError(
            _("Say why it does not apply.")
            if state == TaskState.NOT_APPLICABLE
            else _("This step needs evidence: a number, or where to find it.")
        )
    locked.state, locked.outcome = state, outcome
    locked.settled_by, locked.settled_at = by, at
    locked.save(update_fields=["state", "outcome", "settled_by", "settled_at"])
    timeline.record(
        incident=locked.incident, kind=KINDS[TaskState(state)], at=at, by=by, task=str(locked.pk), why=outcome
    )
    return locked


@transaction.atomic
def reopen(*, task: Task, by: User, at: datetime) -> Task:
    """It has to be done after all; what was said when it was settled stays on the timeline."""
    locked = _locked(task)
    if locked.state == TaskState.OPEN:
        return locked
    locked.state, locked.settled_by, locked.settled_at = TaskState.OPEN, None, None
    locked.save(update_fields=["state", "settled_by", "settled_at"])
    timeline.record(incident=locked.incident, kind=EntryKind.TASK_REOPENED, at=at, by=by, task=str(locked.pk))
    return locked


def _locked(task: Task) -> Task:
    """The incident first, as everywhere, then the task."""
    incident = Incident.objects.locked(task.incident_id)
    locked = Task.objects.select_for_update(of=("self",)).select_related("settled_by").get(pk=task.pk)
    locked.incident = incident
    return locked
