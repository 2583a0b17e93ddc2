"""How severe an incident is. What is learned later may raise it at once; lowering it is a decision of its
own and not made here."""

from datetime import datetime
from typing import Protocol

from incidents.actions import timeline
from incidents.choices import EntryKind
from incidents.models import Incident
from incidents.signals import severity_changed


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
    before = incident.severity
    incident.severity, incident.score = rated.severity, rated.score
    incident.explanation = rated.explanation
    incident.save(update_fields=["severity", "score", "explanation"])
    timeline.record(
        incident=incident, kind=EntryKind.SEVERITY_RAISED, at=at, before=before, after=incident.severity
    )
    severity_changed.send(sender=Incident, incident=incident, at=at, before=before)
