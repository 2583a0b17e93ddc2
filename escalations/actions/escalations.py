"""Starting, climbing and stopping escalations. A step is one transaction under the row's lock: its state,
its pages, their messages and the timeline are written together or not at all, so no lease is needed here."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.actions import sweeps
from accounts.models import User
from accounts.nudge import nudge_on_commit
from accounts.refusals import Refused
from escalations import ladder
from escalations.actions import pages
from escalations.actions.responders import Responders
from escalations.models import Escalation, Page, Route
from incidents.actions import lifecycle, timeline
from incidents.choices import EntryKind
from incidents.models import Incident

log = logging.getLogger("watchfloor.escalations")

# Until a run that could not be fired is tried again. The last is for ever: nobody has acknowledged.
BACK_OFF = [timedelta(seconds=s) for s in (2, 5, 10, 20, 40, 60)]
MOST_COUNTED = 1000


class NoRouteError(Refused):
    """No route fits the incident, so nobody would be paged; the declaration must not look accepted."""


@transaction.atomic
def start(*, incident: Incident, at: datetime) -> Escalation:
    """Pick the policy and make its first step due now. Raises `NoRouteError` when no route fits."""
    route = Route.objects.choose(incident)
    if route is None:
        raise NoRouteError(
            _(
                "No escalation policy is set up for this kind of incident. Ask an administrator to add a route."
            )
        )
    escalation = Escalation.objects.create(
        incident=incident,
        policy=route.policy,
        severity=incident.severity,
        steps=ladder.freeze(route.policy.ladder()),
        due_at=at,
        started_at=at,
    )
    timeline.record(incident=incident, kind=EntryKind.ESCALATION_STARTED, at=at, policy=route.policy.name)
    nudge_on_commit("escalations.sweep")
    return escalation


def fire_due(*, grace: timedelta = timedelta(0)) -> int:
    """Advance until nothing is due; how many steps that took."""
    count = 0
    while advance(at=clock.now(), grace=grace):
        count += 1
    return count


def advance(*, at: datetime, grace: timedelta = timedelta(0)) -> bool:
    """Fire the next step of the escalation that has been due longest; False when none is due. `grace` leaves
    fresh ones to others. One that cannot be fired is set aside for a while and holds up no other."""
    due: int | None = None
    try:
        with transaction.atomic():
            due = Escalation.objects.due(at=at - grace).claim()
            if due is not None:
                _fire(due, at)
    except Exception:
        if due is None:
            raise
        log.exception("escalation %s could not be fired", due)
        _set_aside(due, at)
    return due is not None


def _fire(pk: int, at: datetime) -> None:
    """The next step of a claimed escalation. Steps where nobody can be paged are recorded and passed at once."""
    escalation = Escalation.objects.select_related("incident__profile").get(pk=pk)
    steps = escalation.ladder()
    rung = ladder.climb(steps, escalation.next_step, Responders(escalation.incident, at).at_step)
    for position in rung.empty:
        timeline.record(incident=escalation.incident, kind=EntryKind.STEP_EMPTY, at=at, step=position + 1)
    if rung.step is None:
        _exhaust(escalation, at)
        return
    reached = [
        page
        for person in rung.people
        if (page := pages.send(escalation=escalation, step=rung.step, responder=person, at=at))
    ]
    # Whoever became unreachable since they were chosen costs no time either.
    escalation.next_step = rung.step + 1
    escalation.due_at = at + ladder.patience(steps[rung.step]) if reached else at
    escalation.failures = 0
    escalation.save(update_fields=["next_step", "due_at", "failures"])


@transaction.atomic
def _set_aside(pk: int, at: datetime) -> None:
    """Try it again later, each time a little later, and say so where /healthz looks."""
    standing = Escalation.objects.select_for_update().due(at=at).filter(pk=pk)
    failures = standing.values_list("failures", flat=True).first()
    if failures is None:
        return  # somebody else fired it meanwhile, or met the same trouble
    wait = BACK_OFF[min(failures, len(BACK_OFF) - 1)]
    Escalation.objects.filter(pk=pk).update(failures=min(failures + 1, MOST_COUNTED), due_at=at + wait)
    sweeps.failed(sweep="steps", at=at)


@transaction.atomic
def reroute(*, incident: Incident, at: datetime) -> None:
    """A severity that rose to a tier with another policy ends the run as superseded and starts the new one,
    acknowledged or not. The same policy goes on undisturbed, and so does a run no other route would replace."""
    latest = incident.escalations.order_by("-pk").first()
    route = Route.objects.choose(incident)
    if route is None or (latest is not None and route.policy_id == latest.policy_id):
        return
    stop(incident=incident, at=at, because="superseded")
    lifecycle.ask_again(incident=incident)
    start(incident=incident, at=at)


@transaction.atomic
def stop(
    *,
    incident: Incident,
    at: datetime,
    because: str,
    by_hand_too: bool = False,
    answered_by: User | None = None,
) -> None:
    """End the open run and its waiting pages; `by_hand_too` ends pages somebody asked for by hand as well, and
    `answered_by` has handled theirs. Nothing open is no error."""
    for escalation in Escalation.objects.open().filter(incident=incident).select_for_update():
        escalation.state, escalation.due_at = Escalation.State.ENDED, None
        escalation.ended_at, escalation.ended_because = at, because
        escalation.save(update_fields=["state", "due_at", "ended_at", "ended_because"])
    waiting = Page.objects.waiting().filter(incident=incident)
    if not by_hand_too:
        waiting = waiting.filter(asked_by=None)
    pages.end(waiting=waiting, at=at, because=because, answered_by=answered_by)


def _exhaust(escalation: Escalation, at: datetime) -> None:
    """The last word: the run stays open and red, its pages still waiting, until somebody acknowledges."""
    escalation.state, escalation.due_at = Escalation.State.EXHAUSTED, None
    escalation.save(update_fields=["state", "due_at"])
    timeline.record(incident=escalation.incident, kind=EntryKind.EXHAUSTED, at=at)
