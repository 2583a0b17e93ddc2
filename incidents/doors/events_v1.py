"""The PagerDuty Events API v1, which older tools speak: other names for the same things, and no severity of its own.
Pure."""

from typing import Any

from incidents.doors import Event, Part
from incidents.doors.events_v2 import ACTIONS, LEAST_SEVERITY, LONGEST_KEY, LONGEST_SUMMARY
from incidents.doors.fields import Fields, named_harm_type, without

SAMPLE = {
    "event_type": "trigger",
    "incident_key": "cluster-4711",
    "description": "Known material uploaded again by new accounts",
    "details": {"team": "child-safety", "severity": "error"},
}


def read(body: dict[str, Any]) -> Event:
    """`details` may be anything; what it says of harm type and severity counts where it is an object."""
    event = Fields(body)
    action = event.choice("event_type", ACTIONS)
    key = event.text("incident_key", most=LONGEST_KEY, required=action in ("acknowledge", "resolve"))
    parts: tuple[Part, ...] = ()
    if action == "trigger":
        details = body.get("details")
        asked = details.get("severity") if isinstance(details, dict) else None
        title = event.text("description", most=LONGEST_SUMMARY)
        severity = LEAST_SEVERITY.get(asked) if isinstance(asked, str) else None
        parts = (Part(title=title, harm_type=named_harm_type(details), severity=severity),)
    event.check()
    kept = without(body, {"service_key", "event_type", "incident_key"})
    return Event(action=action, dedup_key=key, body=kept, parts=parts)
