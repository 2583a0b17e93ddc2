"""The PagerDuty Events API v2. Pure."""

from typing import Any

from incidents.doors import Event, Part
from incidents.doors.fields import Fields, named_harm_type, without

ACTIONS = ("trigger", "acknowledge", "resolve")
# What an event calls its severity, and the incident severity it asks for at least.
LEAST_SEVERITY = {"critical": 1, "error": 2, "warning": 3, "info": 4}
LONGEST_KEY, LONGEST_SUMMARY = 255, 1024
SAMPLE = {
    "event_action": "trigger",
    "dedup_key": "cluster-4711",
    "payload": {
        "summary": "Known material uploaded again by new accounts",
        "source": "hash-matcher",
        "severity": "error",
        "custom_details": {"team": "child-safety"},
    },
}


def read(body: dict[str, Any]) -> Event:
    """`payload` counts on a trigger alone; whatever else is there is kept."""
    event = Fields(body)
    action = event.choice("event_action", ACTIONS)
    key = event.text("dedup_key", most=LONGEST_KEY, required=action in ("acknowledge", "resolve"))
    parts = (_part(event.inner("payload")),) if action == "trigger" else ()
    event.check()
    kept = without(body, {"routing_key", "event_action", "dedup_key"})
    return Event(action=action, dedup_key=key, body=kept, parts=parts)


def _part(payload: Fields) -> Part:
    summary = payload.text("summary", most=LONGEST_SUMMARY)
    payload.text("source", most=1024)
    asked = payload.choice("severity", LEAST_SEVERITY)
    named = named_harm_type(payload.told.get("custom_details"))
    return Part(title=summary, harm_type=named, severity=LEAST_SEVERITY.get(asked))
