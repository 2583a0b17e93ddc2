"""How severe an incident is. What is learned later may raise it at once; lowering SEV0 or SEV1 takes a second
person, who decides on what the first one asked for."""

from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from incidents import response
from incidents.actions import timeline
from incidents.choices import EntryKind, Severity
from incidents.models import Downgrade, Incident
from incidents.signals import severity_changed

# Lowering these takes two.
GUARDED = frozenset({Severity.SEV0, Severity.SEV1})


class NothingToChangeError(Refused):
    """The incident already has this severity, or has ended."""


class DowngradeWaitingError(Refused):
    """Another downgrade of the same incident still waits for its second person."""


class SecondPersonError(Refused):
    """Whoever asked may not decide."""


class DecidedError(Refused):
    """The downgrade was decided meanwhile, or the severity changed and made it stale."""


class Rated(Protocol):
    """Anything that went through the rubric: an assessment, another incident."""

    @property
    def severity(self) -> int: ...
    @property
    def score(self) -> int: ...
    @property
    def explanation(self) -> list[dict]: ...


def raise_to(*, incident: Incident, rated: Rated, at: datetime) -> None:
    """Take over a worse rating inside the caller's transaction, the incident being locked; a milder one
    changes nothing. Sends `severity_changed`."""
    if rated.severity >= incident.severity:
        return
    incident.score, incident.explanation = rated.score, rated.explanation
    _set(incident, rated.severity, at=at, by=None, reason="")


@transaction.atomic
def change(*, incident: Incident, severity: int, reason: str, by: User, at: datetime) -> Downgrade | None:
    """Set the severity by a person's judgement, whatever the rubric said. Lowering SEV0 or SEV1 only asks:
    the returned `Downgrade` waits for a second person. Otherwise None, and `severity_changed` is sent.
    Raises `NothingToChangeError`, `DowngradeWaitingError`."""
    locked = Incident.objects.locked(incident.pk)
    if severity == locked.severity or not locked.stage_flags.is_open:
        raise NothingToChangeError(
            _("%(code)s is %(severity)s and %(stage)s: there is nothing to change.")
            % {
                "code": locked.code,
                "severity": locked.get_severity_display(),
                "stage": locked.get_stage_display().lower(),
            }
        )
    if severity > locked.severity and locked.severity in GUARDED:
        return _ask(locked, severity, reason, by, at)
    _set(locked, severity, at=at, by=by, reason=reason)
    return None


@transaction.atomic
def decide(*, downgrade: Downgrade, approve: bool, by: User, at: datetime) -> Downgrade:
    """The second person's word. Approving lowers the severity (`severity_changed`). Raises `SecondPersonError`
    for whoever asked, `DecidedError` when it no longer waits."""
    incident = Incident.objects.locked(downgrade.incident_id)
    locked = Downgrade.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=downgrade.pk)
    if locked.state != Downgrade.State.WAITING:
        raise DecidedError(_("This was decided meanwhile, or the severity changed. Reload to see how."))
    if locked.asked_by_id == by.pk:
        raise SecondPersonError(_("You asked for this. Somebody else has to decide."))
    locked.state = Downgrade.State.APPROVED if approve else Downgrade.State.REFUSED
    locked.decided_by, locked.decided_at = by, at
    locked.save(update_fields=["state", "decided_by", "decided_at"])
    if approve:
        _set(incident, locked.after, at=at, by=by, reason=locked.reason)
    else:
        timeline.record(incident=incident, kind=EntryKind.DOWNGRADE_REFUSED, at=at, by=by, after=locked.after)
    return locked


def _ask(incident: Incident, severity: int, reason: str, by: User, at: datetime) -> Downgrade:
    if incident.downgrades.filter(state=Downgrade.State.WAITING).exists():
        raise DowngradeWaitingError(
            _("A downgrade already waits for a second person. Let it be decided first.")
        )
    downgrade = Downgrade.objects.create(
        incident=incident,
        before=incident.severity,
        after=severity,
        reason=reason,
        asked_by=by,
        asked_at=at,
    )
    timeline.record(
        incident=incident,
        kind=EntryKind.DOWNGRADE_ASKED,
        at=at,
        by=by,
        why=reason,
        before=incident.severity,
        after=severity,
    )
    return downgrade


def _set(incident: Incident, severity: int, *, at: datetime, by: User | None, reason: str) -> None:
    """Write the new severity on the locked incident. A downgrade asked for under the old one goes stale, and a
    worse severity brings the next status update nearer."""
    before, incident.severity = incident.severity, severity
    if by is not None:
        incident.explanation = [
            *incident.explanation,
            {"kind": "person", "severity": severity, "by": by.name, "at": at.isoformat()},
        ]
    if incident.next_update_at is not None:
        incident.next_update_at = min(incident.next_update_at, at + response.TARGETS[severity].cadence)
    incident.save(update_fields=["severity", "score", "explanation", "next_update_at"])
    incident.downgrades.filter(state=Downgrade.State.WAITING).update(state=Downgrade.State.STALE)
    timeline.record(
        incident=incident,
        kind=EntryKind.SEVERITY_RAISED if severity < before else EntryKind.SEVERITY_LOWERED,
        at=at,
        by=by,
        why=reason,
        before=before,
        after=severity,
    )
    severity_changed.send(sender=Incident, incident=incident, at=at, before=before)
