"""Events from machines (PagerDuty Events API v2): trigger, acknowledge, resolve, all by the sender's own key.
Acknowledge and resolve act on what still waits in triage; once people have accepted it they are news."""

from datetime import datetime

from django.db import transaction

from accounts.refusals import Refused
from incidents.actions import intake, lifecycle, timeline
from incidents.actions.submission import Submission
from incidents.choices import EntryKind
from incidents.models import Incident, Integration, Report
from incidents.querysets import serialise_on


class TooManyTriggersError(Refused):
    """The integration opened as many incidents within a minute as it may. Nothing was kept."""

    retry_after = 60


@transaction.atomic
def trigger(*, submission: Submission, integration: Integration, at: datetime) -> Report:
    """A report on the key's open incident, or on a new one. Only new ones count against the integration's
    rate. Raises `TooManyTriggersError`."""
    standing = Incident.objects.correlated(
        principal=submission.principal, dedup_key=submission.dedup_key, mode=submission.mode
    )
    lately = Report.objects.opened_lately(submission.principal, at=at)
    if not standing.exists() and lately.count() >= integration.triggers_per_minute:
        raise TooManyTriggersError("Too many new keys within a minute. Send the event again later.")
    return intake.receive(submission=submission, at=at)[0]


@transaction.atomic
def acknowledge(*, integration: Integration, dedup_key: str, at: datetime) -> None:
    """The source says somebody has it. Unknown and ended keys are accepted and ignored."""
    for incident in _standing_for(integration, dedup_key):
        if incident.stage_flags.awaits_triage:
            lifecycle.acknowledge(incident=incident, by=None, by_name=integration.name, at=at, via="events")
        else:
            _note(incident, integration, "acknowledge", at)


@transaction.atomic
def resolve(*, integration: Integration, dedup_key: str, at: datetime) -> None:
    """The source says it is over. What people have accepted stays theirs to resolve."""
    for incident in _standing_for(integration, dedup_key):
        if incident.stage_flags.awaits_triage:
            lifecycle.resolve(incident=incident, by=None, by_name=integration.name, at=at)
        else:
            _note(incident, integration, "resolve", at)


def _standing_for(integration: Integration, dedup_key: str) -> list[Incident]:
    serialise_on(f"{integration.principal}/{dedup_key}")
    standing = Incident.objects.correlated(
        principal=integration.principal, dedup_key=dedup_key, mode=integration.mode
    )
    # Locked in one order, and looked at again under the lock.
    locked = [Incident.objects.locked(pk) for pk in sorted(standing.values_list("pk", flat=True))]
    return [incident for incident in locked if incident.stage_flags.is_open]


def _note(incident: Incident, integration: Integration, action: str, at: datetime) -> None:
    timeline.record(incident=incident, kind=EntryKind.EVENT, at=at, by_name=integration.name, action=action)
