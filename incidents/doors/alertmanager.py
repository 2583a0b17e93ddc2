"""Alertmanager's webhook, version 4, and Grafana's, which is like it. Pure.

A group of alerts is one event under the group's own key; each alert that still fires is a part of it. Neither sender
shows its answer to anybody, and both drop what is refused, so whatever can be understood is taken.
"""

import hashlib
from typing import Any

from incidents.doors import Event, Part
from incidents.doors.events_v2 import LEAST_SEVERITY, LONGEST_KEY, LONGEST_SUMMARY
from incidents.doors.fields import Fields, named_harm_type, without

MOST_ALERTS = 1000
LONGEST_DESCRIPTION = 4000
# What people call severities in their labels, beside the four of the Events API.
SPOKEN = LEAST_SEVERITY | {"page": 1, "high": 2, "major": 2, "medium": 3, "minor": 4, "low": 4}
# Texts that the sender's templates made of all alerts together.
SUMMED_UP = frozenset({"title", "message", "commonLabels", "commonAnnotations"})
SAMPLE = {
    "version": "4",
    "groupKey": '{}:{alertname="UploadSwarm"}',
    "status": "firing",
    "receiver": "watchfloor",
    "commonLabels": {"alertname": "UploadSwarm", "severity": "critical"},
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "UploadSwarm", "severity": "critical", "team": "child-safety"},
            "annotations": {"summary": "Known material uploaded again by new accounts"},
            "startsAt": "2026-03-02T09:00:00Z",
            "fingerprint": "c6eadffa33fcdf37",
        }
    ],
}
GRAFANA_SAMPLE = SAMPLE | {"state": "alerting", "title": "[FIRING:1] UploadSwarm", "message": ""}


def read(body: dict[str, Any]) -> Event:
    """Firing is a trigger, with the alerts that fire; resolved, once all of the group are, resolves."""
    event = Fields(body)
    key = event.text("groupKey", most=100_000)
    status = event.choice("status", ("firing", "resolved"))
    alerts = body.get("alerts")
    if not isinstance(alerts, list) or not all(isinstance(alert, dict) for alert in alerts):
        event.errors.append("alerts: Must be a list of JSON objects.")
        alerts = []
    firing = [alert for alert in alerts if alert.get("status") != "resolved"][:MOST_ALERTS]
    if status == "firing" and not firing and not event.errors:
        event.errors.append("alerts: None of them is firing.")
    event.check()
    return Event(
        action="trigger" if status == "firing" else "resolve",
        dedup_key=_short(key),
        body=without(body, {"alerts"}),
        parts=tuple(_part(alert) for alert in firing) if status == "firing" else (),
        several=True,
        summed_up=SUMMED_UP,
        strict=False,
    )


def _short(key: str) -> str:
    """A group's key holds its labels and can be of any length."""
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def _part(alert: dict[str, Any]) -> Part:
    labels, annotations = _texts(alert.get("labels")), _texts(alert.get("annotations"))
    name = labels.get("alertname", "")
    where = labels.get("instance", "")
    title = annotations.get("summary") or annotations.get("title") or " ".join(filter(None, (name, where)))
    return Part(
        title=(title or "Alert")[:LONGEST_SUMMARY],
        description=(annotations.get("description") or annotations.get("message", ""))[:LONGEST_DESCRIPTION],
        harm_type=named_harm_type(labels),
        severity=SPOKEN.get(labels.get("severity", "").casefold()),
        told=alert,
    )


def _texts(told: Any) -> dict[str, str]:
    """Labels and annotations, of which nothing but text is meant to be there."""
    if not isinstance(told, dict):
        return {}
    return {name: value.strip() for name, value in told.items() if isinstance(value, str)}
