"""What Apprise sends to a `json://` address: a title, a message and how bad it is. Pure.

Its senders may add fields of their own (`?:dedup_key=…`), so `dedup_key`, `event_action` and `harm_type` count if
they are there. Good news resolves what stands under its key, and is nothing to page anybody for.
"""

from typing import Any

from incidents.doors import Event, Part
from incidents.doors.events_v2 import ACTIONS, LONGEST_KEY, LONGEST_SUMMARY
from incidents.doors.fields import Fields, named_harm_type, without

LEAST_SEVERITY = {"failure": 2, "warning": 3, "info": 4, "success": None}
LONGEST_MESSAGE = 20_000
SAMPLE = {
    "version": "1.0",
    "title": "Known material uploaded again by new accounts",
    "message": "Forty uploads within ten minutes.",
    "attachments": [],
    "type": "failure",
    "dedup_key": "cluster-4711",
}


def read(body: dict[str, Any]) -> Event:
    """A title or a message is enough. Attachments are left at the door: content is never stored."""
    event = Fields(body)
    kind = event.choice("type", LEAST_SEVERITY)
    action = "resolve" if kind == "success" else "trigger"
    if "event_action" in body:
        action = event.choice("event_action", ACTIONS)
    required = action == "acknowledge" or (action == "resolve" and kind != "success")
    key = event.text("dedup_key", most=LONGEST_KEY, required=required)
    title = event.text("title", most=LONGEST_MESSAGE, required=False)
    message = event.text("message", most=LONGEST_MESSAGE, required=False)
    if not title and not message and action == "trigger":
        event.errors.append("message: Required, where there is no title.")
    event.check()
    kept = without(body, {"attachments", "event_action", "dedup_key"})
    if attached := body.get("attachments"):
        kept["attachments_left_out"] = len(attached) if isinstance(attached, list) else 1
    first_line = (title or message).splitlines()[0] if title or message else ""
    part = Part(
        title=first_line[:LONGEST_SUMMARY],
        description=message,
        harm_type=named_harm_type(body),
        severity=LEAST_SEVERITY.get(kind),
    )
    parts = (part,) if action == "trigger" else ()
    return Event(action=action, dedup_key=key, body=kept, parts=parts)
