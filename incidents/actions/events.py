"""Events from machines, whatever the door: trigger, acknowledge, resolve, all by the sender's own key.
Acknowledge and resolve act on what still waits in triage; once people have accepted it they are news."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from incidents.actions import intake, lifecycle, timeline
from incidents.actions.submission import Submission
from incidents.choices import EntryKind, IntakeOutcome
from incidents.models import Incident, Integration, Report
from incidents.querysets import serialise_on

# More requests than this are never inside a transaction at once; so near its rate, a key's triggers queue up.
MOST_AT_ONCE = 100
RATE_WINDOW = timedelta(minutes=1)


class TooManyTriggersError(Refused):
    """The integration opened as many incidents within a minute as it may. Nothing was kept. `retry_after` is when
    the next one may come, in seconds."""

    def __init__(self, retry_after: int):
        super().__init__(_("Too many new keys within a minute. Send the event again later."))
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Result:
    outcome: IntakeOutcome
    reports: list[Report] = field(default_factory=list)


@transaction.atomic
def trigger(*, submissions: Sequence[Submission], integration: Integration, at: datetime) -> Result:
    """Reports of one event, under one key: on the key's open incident, or on a new one. Only a new one counts
    against the integration's rate. Raises `TooManyTriggersError`."""
    within_rate = partial(_keep_to_rate, integration, at)
    reports = [
        intake.receive(submission=submission, at=at, before_opening=within_rate)[0]
        for submission in submissions
    ]
    opened = any(report.opened for report in reports)
    return Result(IntakeOutcome.OPENED if opened else IntakeOutcome.JOINED, reports)


@transaction.atomic
def acknowledge(*, integration: Integration, dedup_key: str, at: datetime, mode: str = "") -> Result:
    """The source says somebody has it. Unknown and ended keys are accepted and ignored."""
    outcome = IntakeOutcome.IGNORED
    for incident in _standing_for(integration, dedup_key, mode):
        if incident.stage_flags.awaits_triage:
            lifecycle.acknowledge(incident=incident, by=None, by_name=integration.name, at=at, via="events")
            outcome = IntakeOutcome.ACKNOWLEDGED
        else:
            outcome = _note(incident, integration, "acknowledge", at, outcome)
    return Result(outcome)


@transaction.atomic
def resolve(*, integration: Integration, dedup_key: str, at: datetime, mode: str = "") -> Result:
    """The source says it is over. What people have accepted stays theirs to resolve."""
    outcome = IntakeOutcome.IGNORED
    for incident in _standing_for(integration, dedup_key, mode):
        if incident.stage_flags.awaits_triage:
            lifecycle.resolve(incident=incident, by=None, by_name=integration.name, at=at)
            outcome = IntakeOutcome.RESOLVED
        else:
            outcome = _note(incident, integration, "resolve", at, outcome)
    return Result(outcome)


def _keep_to_rate(integration: Integration, at: datetime) -> None:
    """Far below the rate nobody waits. Near it, one at a time: transactions do not see each other's reports, so a
    burst that only counted would pass it as often as it has connections."""
    rate = integration.triggers_per_minute
    lately = Report.objects.opened_lately(integration.principal, at=at, within=RATE_WINDOW)
    if lately.count() < rate - 2 * MOST_AT_ONCE:
        return
    serialise_on(f"rate/{integration.principal}")
    if lately.count() >= rate:
        makes_room = lately.order_by("-received_at").values_list("received_at", flat=True)[rate - 1]
        left = makes_room + RATE_WINDOW - at
        raise TooManyTriggersError(min(max(math.ceil(left.total_seconds()), 1), 60))


def _standing_for(integration: Integration, dedup_key: str, mode: str) -> list[Incident]:
    if not dedup_key:
        return []
    serialise_on(f"{integration.principal}/{dedup_key}")
    standing = Incident.objects.correlated(
        principal=integration.principal, dedup_key=dedup_key, mode=mode or integration.mode
    )
    # Locked in one order, and looked at again under the lock.
    locked = [Incident.objects.locked(pk) for pk in sorted(standing.values_list("pk", flat=True))]
    return [incident for incident in locked if incident.stage_flags.is_open]


def _note(
    incident: Incident, integration: Integration, action: str, at: datetime, so_far: IntakeOutcome
) -> IntakeOutcome:
    timeline.record(incident=incident, kind=EntryKind.EVENT, at=at, by_name=integration.name, action=action)
    return IntakeOutcome.NOTED if so_far == IntakeOutcome.IGNORED else so_far
