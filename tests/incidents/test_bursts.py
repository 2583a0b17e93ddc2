"""Many requests at once: the rate is kept to the last one, and one key is one incident."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from incidents.models import Incident
from tests.cast import ROUTING_KEY

SENDERS = 16


@pytest.fixture
def burst(committed_cast):
    """Send events with these keys, all at once; the statuses."""

    def send(keys):
        with ThreadPoolExecutor(SENDERS) as senders:
            return sorted(senders.map(_trigger, keys))

    def at_most(rate):
        committed_cast.integration.triggers_per_minute = rate
        committed_cast.integration.save()
        return send

    return at_most


def _trigger(key):
    payload = {"summary": "Spike", "source": "detector", "severity": "error"}
    body = {"routing_key": ROUTING_KEY, "event_action": "trigger", "dedup_key": key, "payload": payload}
    try:
        return Client().post("/v2/enqueue", json.dumps(body), content_type="application/json").status_code
    finally:
        connections.close_all()


def test_a_burst_of_new_keys_gets_exactly_what_the_rate_allows(burst):
    statuses = burst(10)([f"key-{n}" for n in range(48)])
    assert statuses == [202] * 10 + [429] * 38
    assert Incident.objects.count() == 10


def test_a_burst_under_one_key_is_one_incident_and_counts_once(burst):
    statuses = burst(1)(["the same"] * 48)
    assert statuses == [202] * 48
    assert Incident.objects.get().reports.count() == 48
