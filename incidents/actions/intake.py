"""Taking in reports. Whatever the door (form, REST, events), a `Submission` arrives here and leaves as a
`Report` on an incident: the open one its source's key stands for, or a new one in triage."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import AccessProfile
from accounts.refusals import Refused
from incidents import severity
from incidents.actions import rating, timeline
from incidents.actions.submission import Submission, assess
from incidents.choices import EntryKind
from incidents.models import Incident, IncidentLink, Report, ReportContent
from incidents.querysets import serialise_on
from incidents.signals import incident_declared
from incidents.taxonomy import HARM_TYPES

# An open incident and its profile, by id.
Standing = tuple[int, int]


class IdempotencyConflictError(Refused):
    """The idempotency key was used before, for something else: for `first`."""

    def __init__(self, first: Report):
        super().__init__(
            _("This Idempotency-Key was already used for another report. Send a new key with a new report.")
        )
        self.first = first


@transaction.atomic
def receive(
    *, submission: Submission, at: datetime, before_opening: Callable[[], None] | None = None
) -> tuple[Report, bool]:
    """Keep the report and put it on an incident; returns it and whether it is new. `before_opening` is asked first
    where its key stands for no open incident, and may refuse.

    A repeated idempotency key returns the first report (raises `IdempotencyConflictError` when what it says
    differs). A new incident sends `incident_declared`; a report that outranks its open incident raises the
    severity and sends `severity_changed`. A report whose access profile differs from the open incident's
    opens its own, related to it: intake never widens who may know.
    """
    key = submission.dedup_key or submission.idempotency_key
    if key:
        serialise_on(f"{submission.principal}/{key}")
    first = _earlier(submission)
    if first is not None:
        return first, False
    profile = AccessProfile.objects.get(slug=HARM_TYPES[submission.harm_type].profile)
    assessment = assess(submission, at=at)
    standing = _standing_for(submission)
    if not standing and before_opening:
        before_opening()
    incident = _correlated(standing, profile)
    opened = incident is None
    if incident is None:
        incident = _open_incident(submission, profile, assessment, at)
    report = _keep(submission, profile, assessment, incident, opened, at)
    timeline.record(
        incident=incident,
        kind=EntryKind.DECLARED if opened else EntryKind.REPORTED,
        at=at,
        by=submission.reporter,
        by_name=submission.integration.name if submission.integration else "",
        report=report.number,
        severity=assessment.severity,
    )
    if opened:
        _relate(standing, incident, at)
        incident_declared.send(sender=Incident, incident=incident, at=at)
    else:
        rating.raise_to(incident=incident, rated=assessment, at=at)
    return report, True


def _earlier(submission: Submission) -> Report | None:
    if submission.idempotency_key is None:
        return None
    first = Report.objects.filter(
        principal=submission.principal, idempotency_key=submission.idempotency_key
    ).first()
    if first is not None and first.payload_digest != submission.digest():
        raise IdempotencyConflictError(first)
    return first


def _standing_for(submission: Submission) -> list[Standing]:
    """The open incidents the source's own key stands for, newest first."""
    if not submission.dedup_key:
        return []
    found = Incident.objects.correlated(
        principal=submission.principal, dedup_key=submission.dedup_key, mode=submission.mode
    )
    return list(found.values_list("pk", "profile"))


def _correlated(standing: Sequence[Standing], profile: AccessProfile) -> Incident | None:
    """The newest under the same profile, locked; None when there is none, or it just ended."""
    pk = next((pk for pk, under in standing if under == profile.pk), None)
    if pk is None:
        return None
    locked = Incident.objects.locked(pk)
    return locked if locked.stage_flags.is_open else None


def _open_incident(
    submission: Submission, profile: AccessProfile, assessment: severity.Assessment, at: datetime
) -> Incident:
    return Incident.objects.create(
        title=submission.title,
        harm_type=submission.harm_type,
        profile=profile,
        mode=submission.mode,
        region=submission.region,
        language=submission.language,
        severity=assessment.severity,
        score=assessment.score,
        explanation=assessment.explanation,
        deadline_at=submission.deadline_at,
        deadline_words=submission.deadline_words,
        declared_at=at,
        stage_since=at,
    )


def _keep(
    submission: Submission,
    profile: AccessProfile,
    assessment: severity.Assessment,
    incident: Incident,
    opened: bool,
    at: datetime,
) -> Report:
    told = {f.name: getattr(submission, f.name) for f in fields(submission)}
    content = told.pop("content")
    for only_rates_it in ("least_severity", "rule_floor"):
        told.pop(only_rates_it)
    report = Report.objects.create(
        **told,
        payload_digest=submission.digest(),
        received_at=at,
        severity=assessment.severity,
        score=assessment.score,
        explanation=assessment.explanation,
        profile=profile,
        incident=incident,
        opened=opened,
    )
    ReportContent.objects.bulk_create(
        ReportContent(report=report, position=position, **row) for position, row in enumerate(content)
    )
    return report


def _relate(standing: Sequence[Standing], incident: Incident, at: datetime) -> None:
    """Link to the open incident the key stands for under another profile, if there is one."""
    other = next((pk for pk, under in standing if under != incident.profile_id), None)
    if other is not None:
        IncidentLink.objects.create(from_incident=incident, to_incident_id=other, created_at=at)
        timeline.record(incident=incident, kind=EntryKind.RELATED, at=at, related=other)
