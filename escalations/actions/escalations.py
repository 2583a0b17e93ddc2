"""Starting, climbing and stopping escalations. A step is one transaction under the row's lock: its state,
its pages, their messages and the timeline are written together or not at all, so no lease is needed here."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

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


@transaction.atomic
def advance(*, at: datetime, grace: timedelta = timedelta(0)) -> bool:
    """Fire the next step of the escalation that has been due longest; False when none is due. Steps where
    nobody can be paged are recorded and passed at once. `grace` leaves fresh ones to others."""
    due = Escalation.objects.due(at=at - grace).select_related("incident__profile")
    escalation = due.select_for_update(skip_locked=True, of=("self",)).first()
    if escalation is None:
        return False
    steps = escalation.ladder()
    rung = ladder.climb(steps, escalation.next_step, Responders(escalation.incident, at).at_step)
    for position in rung.empty:
        timeline.record(incident=escalation.incident, kind=EntryKind.STEP_EMPTY, at=at, step=position + 1)
    if rung.step is None:
        _exhaust(escalation, at)
        return True
    reached = [
        page
        for person in rung.people
        if (page := pages.send(escalation=escalation, step=rung.step, responder=person, at=at))
    ]
    # Whoever became unreachable since they were chosen costs no time either.
    escalation.next_step = rung.step + 1
    escalation.due_at = at + ladder.patience(steps[rung.step]) if reached else at
    escalation.save(update_fields=["next_step", "due_at"])
    return True


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
