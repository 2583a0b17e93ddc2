"""`/v2/enqueue` keeps PagerDuty's contract: what it accepts is durable, what it refuses says why."""

import json

import pytest
from django.test import Client

from incidents.choices import StageName
from incidents.models import Incident, Report
from tests.cast import ROUTING_KEY


def event(**changes):
    body = {
        "routing_key": ROUTING_KEY,
        "event_action": "trigger",
        "payload": {"summary": "Spike", "source": "detector", "severity": "error"},
    }
    return body | changes


def enqueue(body, *, raw=False):
    data = body if raw else json.dumps(body)
    return Client().post("/v2/enqueue", data, content_type="application/json")


def test_a_trigger_opens_an_incident_of_the_integrations_harm_type(cast):
    answer = enqueue(event())
    assert answer.status_code == 202
    assert answer.json()["status"] == "success"
    assert len(answer.json()["dedup_key"]) == 32
    assert Incident.objects.get().harm_type == "VT3"


def test_an_event_may_name_its_harm_type(cast):
    payload = event()["payload"] | {"custom_details": {"harm_type": "FR1"}}
    enqueue(event(payload=payload))
    incident = Incident.objects.get()
    assert (incident.harm_type, incident.severity) == ("FR1", 2), "an error asks for SEV2 at least"


def test_a_second_trigger_under_the_same_key_joins_the_open_incident(cast):
    enqueue(event(dedup_key="k"))
    enqueue(event(dedup_key="k"))
    assert Incident.objects.get().reports.count() == 2


def test_a_trigger_after_resolve_opens_a_new_incident(cast):
    enqueue(event(dedup_key="k"))
    enqueue(event(dedup_key="k", event_action="resolve"))
    enqueue(event(dedup_key="k"))
    assert list(Incident.objects.order_by("pk").values_list("stage", flat=True)) == ["resolved", "triage"]


def test_keys_of_another_integration_are_other_keys(cast):
    cast.report(dedup_key="k")
    enqueue(event(dedup_key="k"))
    assert Incident.objects.count() == 2


def test_acknowledge_stops_the_paging_in_triage(cast):
    enqueue(event(dedup_key="k"))
    assert enqueue(event(dedup_key="k", event_action="acknowledge", payload=None)).status_code == 202
    incident = Incident.objects.get()
    assert (incident.acknowledged_at is not None, incident.escalations.get().state) == (True, "ended")


def test_once_accepted_events_are_only_news(cast):
    from incidents.actions import lifecycle

    enqueue(event(dedup_key="k"))
    incident = Incident.objects.get()
    lifecycle.accept(incident=incident, manager=cast.manager, by=cast.manager, at=incident.declared_at)
    enqueue(event(dedup_key="k", event_action="resolve"))
    incident.refresh_from_db()
    assert incident.stage == StageName.ACTIVE
    assert incident.timeline.filter(kind="event", data__action="resolve").exists()


def test_acknowledge_without_an_open_incident_is_accepted_and_ignored(cast):
    assert enqueue(event(dedup_key="nothing", event_action="acknowledge")).status_code == 202
    assert not Report.objects.exists()


def test_more_new_keys_than_the_rate_allows_are_refused_whole(cast):
    cast.integration.triggers_per_minute = 2
    cast.integration.save()
    for key in ("a", "b"):
        enqueue(event(dedup_key=key))
    refused = enqueue(event(dedup_key="c"))
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert enqueue(event(dedup_key="a")).status_code == 202, "an open key never counts"
    assert Incident.objects.count() == 2


BAD = {
    "unknown key": (event(routing_key="x" * 32), "routing_key"),
    "short key": (event(routing_key="x"), "routing_key"),
    "wrong action": (event(event_action="shout"), "event_action"),
    "no payload": (event(payload=None), "payload"),
    "no summary": (event(payload={"source": "s", "severity": "info"}), "summary"),
    "long summary": (event(payload=event()["payload"] | {"summary": "x" * 1025}), "summary"),
    "wrong severity": (event(payload=event()["payload"] | {"severity": "sev0"}), "severity"),
    "long dedup key": (event(dedup_key="k" * 256), "dedup_key"),
    "acknowledge without key": (event(event_action="acknowledge"), "dedup_key"),
    "NUL": (event(payload=event()["payload"] | {"summary": "a\x00b"}), "NUL"),
    "half a surrogate": (event(payload=event()["payload"] | {"custom_details": "\ud800"}), "surrogate"),
    "unknown harm type": (
        event(payload=event()["payload"] | {"custom_details": {"harm_type": "ZZ9"}}),
        "harm_type",
    ),
    "a picture": (
        event(images=[{"src": "data:image/png;base64,iVBORw0KGgo="}]),
        "Content cannot be stored",
    ),
}


@pytest.mark.parametrize(("body", "named"), BAD.values(), ids=BAD.keys())
def test_a_bad_event_is_refused_with_what_is_wrong_and_nothing_is_kept(cast, body, named):
    answer = enqueue(body)
    assert answer.status_code == 400
    assert named in " ".join(answer.json()["errors"])
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"\xff\xfe", 400),
        (b'{"a": NaN}', 400),
        (b'{"a": 1e999}', 400),
        (b'{"a": ' + b"9" * 5000 + b"}", 400),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400),
        (b"[" * 10_000 + b"]" * 10_000, 400),
        (b'{"a": "' + b"x" * 600 * 1024 + b'"}', 413),
    ],
)
def test_a_body_that_is_no_event_is_refused(cast, raw, status):
    answer = enqueue(raw, raw=True)
    assert answer.status_code == status
    assert answer.json()["errors"]
