"""Starting, climbing and stopping escalations. A step is in one transaction under the row's lock: its state,
its pages, their messages and the timeline are written together or not at all, so no lease is needed here."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.actions import sweeps
from accounts.models import User
from accounts.nudge import nudge_on_commit
from accounts.refusals import Refused
from escalations import ladder
from escalations.actions import alarms, pages, steps
from escalations.models import Escalation, EscalationPolicy, Page, Route
from escalations.querysets import EscalationQuerySet
from escalations.tiers import TIERS
from incidents.actions import lifecycle, timeline
from incidents.choices import EntryKind
from incidents.models import Incident
from oncall.models import Roster

log = logging.getLogger("watchfloor.escalations")

# Until a run that could not be fired is tried again. The last is for ever: nobody has acknowledged.
BACK_OFF = [timedelta(seconds=s) for s in (2, 5, 10, 20, 40, 60)]
MOST_COUNTED = 1000
# Steps in one transaction: whoever acknowledges one of these incidents waits for it, so it has to be short.
MOST_TOGETHER = 16


class NoRouteError(Refused):
    """No route fits the incident, so nobody would be paged; the declaration must not look accepted."""


@transaction.atomic
def start(*, incident: Incident, at: datetime, follows: Escalation | None = None) -> Escalation:
    """Pick the policy and make its first step due now. `follows` is the run whose acknowledgement came to nothing.
    Raises `NoRouteError` when no route fits."""
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
        steps=ladder.freeze(whole_ladder(route.policy)),
        repeat_from=route.policy.repeat_from,
        repeats_left=route.policy.repeats,
        language=route.language_for(incident.language),
        follows=follows,
        due_at=at,
        started_at=at,
    )
    timeline.record(
        incident=incident,
        kind=EntryKind.ESCALATION_STARTED,
        at=at,
        policy=route.policy.name,
        because="not_picked_up" if follows else "",
    )
    nudge_on_commit("escalations.sweep")
    return escalation


def whole_ladder(policy: EscalationPolicy) -> list[ladder.Step]:
    """The policy's own steps, and after them the last resorts: its fallback, or the manager on duty."""
    last = policy.fallback_id
    if last is None:
        last = Roster.objects.filter(is_manager_on_duty=True).values_list("pk", flat=True).first()
    return [*policy.ladder(), *(ladder.last_resorts(last) if last is not None else [])]


def fire_due(*, grace: timedelta = timedelta(0)) -> int:
    """Advance until nothing is due; how many steps that took."""
    count = 0
    while done := advance(at=clock.now(), grace=grace, most=MOST_TOGETHER):
        count += done
    return count


def advance(*, at: datetime, grace: timedelta = timedelta(0), most: int = 1) -> int:
    """Do what has been due longest: fire up to `most` steps; else page whoever came on duty; else ask again about what
    somebody acknowledged and nobody picked up. How many were done, 0 when nothing is due. `grace` leaves what is fresh
    to others. What cannot be done is set aside for a while and holds up nothing else."""
    due, until = Escalation.objects.due(at=at - grace), at - grace
    return (
        _do(due, steps.fire, at, most)
        or _do(Escalation.objects.changing_hands(at=until), steps.page_incoming, at, most)
        or _do(Escalation.objects.not_picked_up(at=until), _ask_again, at, lock=False)
    )


def _do(
    due: EscalationQuerySet,
    work: Callable[[Sequence[int], datetime], None],
    at: datetime,
    most: int = 1,
    *,
    lock: bool = True,
) -> int:
    """The work for the first of these that nobody else has in hand, in one transaction; how many that were. What fails
    together is done one by one. Without `lock` it locks for itself and looks again."""
    pks: list[int] = []
    try:
        with transaction.atomic():
            pks = due.claim(most) if lock else list(due.values_list("pk", flat=True)[:1])
            if pks:
                work(pks, at)
    except Exception:
        if not pks:
            raise
        if len(pks) > 1:
            return sum(_do(due.filter(pk=pk), work, at) for pk in pks)
        log.exception("escalation %s could not be fired", pks[0])
        _set_aside(pks[0], at)
    return len(pks)


@transaction.atomic
def _set_aside(pk: int, at: datetime) -> None:
    """Try it again later, each time a little later, and say so where /healthz looks. Whatever of it was due waits:
    which part failed is not worth a question."""
    run = Escalation.objects.select_for_update().filter(pk=pk)
    standing = run.values_list("failures", "due_at", "handoff_at", "pick_up_by").first()
    if standing is None:
        return
    failures, *moments = standing
    wait = BACK_OFF[min(failures, len(BACK_OFF) - 1)]
    later = {
        name: at + wait
        for name, moment in zip(("due_at", "handoff_at", "pick_up_by"), moments, strict=True)
        if moment is not None and moment <= at
    }
    if later:  # else somebody else did it meanwhile, or met the same trouble
        run.update(failures=min(failures + 1, MOST_COUNTED), **later)
        sweeps.failed(sweep="steps", at=at)


def _ask_again(pks: Sequence[int], at: datetime) -> None:
    """Acknowledged, and nobody has taken it out of triage: it waits for an acknowledgement once more, and its policy
    begins anew. The incident is locked first, as everywhere, so that accepting it meanwhile is heard."""
    (pk,) = pks
    incident = Incident.objects.locked(Escalation.objects.values_list("incident", flat=True).get(pk=pk))
    run = Escalation.objects.not_picked_up(at=at).select_for_update().filter(pk=pk).first()
    if run is None:
        return
    run.pick_up_by = None
    run.failures = 0
    run.save(update_fields=["pick_up_by", "failures"])
    if incident.stage_flags.awaits_triage and incident.acknowledged_at is not None:
        lifecycle.ask_again(incident=incident)
        start(incident=incident, at=at, follows=run)


@transaction.atomic
def reroute(*, incident: Incident, at: datetime) -> None:
    """A severity that rose to a tier with another policy ends the run as superseded and starts the new one,
    acknowledged or not. The same policy goes on undisturbed, and so does a run no other route would replace; what was
    acknowledged is to be picked up sooner."""
    latest = incident.escalations.order_by("-pk").first()
    route = Route.objects.choose(incident)
    if route is None or (latest is not None and route.policy_id == latest.policy_id):
        if latest is not None and latest.ended_because == "acknowledged":
            _expect_pick_up(latest, incident, at)
        return
    stop(incident=incident, at=at, because="superseded")
    lifecycle.ask_again(incident=incident)
    start(incident=incident, at=at)


@transaction.atomic
def resume(*, incident: Incident, at: datetime) -> None:
    """Back in triage. Nobody had acknowledged it: it is asked about from the beginning. Somebody had: they have as long
    to pick it up as if they had done so now. Raises `NoRouteError`."""
    if incident.acknowledged_at is None:
        start(incident=incident, at=at)
        return
    latest = incident.escalations.order_by("-pk").first()
    if latest is not None:
        _expect_pick_up(latest, incident, at)


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
    `answered_by` has handled theirs. What was acknowledged has to be picked up in time. Nothing open is no error."""
    picked_up(incident=incident)
    for escalation in Escalation.objects.open().filter(incident=incident).select_for_update():
        if escalation.state == Escalation.State.EXHAUSTED:
            alarms.run_ended(run=escalation, at=at)
        escalation.state, escalation.due_at, escalation.handoff_at = Escalation.State.ENDED, None, None
        escalation.ended_at, escalation.ended_because = at, because
        escalation.save(update_fields=["state", "due_at", "handoff_at", "ended_at", "ended_because"])
        if because == "acknowledged":
            _expect_pick_up(escalation, incident, at)
    waiting = Page.objects.waiting().filter(incident=incident)
    if not by_hand_too:
        waiting = waiting.filter(asked_by=None)
    pages.end(waiting=waiting, at=at, because=because, answered_by=answered_by)


@transaction.atomic
def picked_up(*, incident: Incident) -> None:
    """Somebody leads it, or it has ended: nobody is asked again about what was acknowledged."""
    incident.escalations.exclude(pick_up_by=None).update(pick_up_by=None)


def _expect_pick_up(run: Escalation, incident: Incident, at: datetime) -> None:
    wait = TIERS[incident.severity].pick_up
    if wait is None or not incident.stage_flags.awaits_triage:
        return
    run.pick_up_by = min(at + wait, run.pick_up_by or at + wait)
    run.save(update_fields=["pick_up_by"])
