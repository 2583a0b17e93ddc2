"""Saying that an incident changed, to whoever has it in sight. Every write records on the timeline and is said
from there; what is written beside the timeline (curation, tasks) says so itself."""

import json

from accounts.poke import publish_on_commit
from incidents.models import Incident

CHANNEL = "incidents"


def changed(incident: Incident, kind: str = "incident") -> None:
    """Once the transaction is durable, tell the stream which incident it was and under which profile. The
    stream hands it on to those who may see it; nothing of what changed leaves. `kind` names what belongs to
    the incident and changed alone, where screens tell the two apart."""
    told = {"kind": kind, "pk": incident.pk, "code": incident.code, "profile": incident.profile_id}
    publish_on_commit(CHANNEL, json.dumps(told))
