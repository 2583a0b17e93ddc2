"""What holds the running console together: health, the database going away, what stands in the log."""

import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts import clock
from accounts.models import Heartbeat, User
from config.logs import WithoutTokens
from config.management.commands.watchdog import carry
from oncall.models import Roster
from tests.cast import START


def test_healthz_is_content_while_the_worker_sweeps(db):
    Heartbeat.objects.beat("worker", at=clock.now())
    assert Client().get("/healthz").status_code == 200


def test_healthz_says_what_is_wrong(db):
    Heartbeat.objects.beat("worker", at=clock.now() - timedelta(minutes=1))
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["reason"][:16]) == (503, "worker: no sweep")


@pytest.fixture
def database_away(committed_cast, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    yield committed_cast
    connection.close()


@pytest.mark.parametrize("path", ["/v2/enqueue", "/api/reports/"])
def test_while_the_database_is_away_nothing_looks_accepted(database_away, path):
    event = {
        "routing_key": database_away.routing_key,
        "event_action": "trigger",
        "payload": {"summary": "S", "source": "s", "severity": "info"},
    }
    client = Client(raise_request_exception=False)
    answer = client.post(path, event, content_type="application/json", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, "again" in answer.content.decode()) == (503, True)


def test_the_database_coming_back_is_enough(committed_cast, monkeypatch):
    with monkeypatch.context() as away:
        connection.close()
        away.setitem(connection.settings_dict, "HOST", "/nowhere")
        assert Client().get("/healthz").status_code == 503
    Heartbeat.objects.beat("worker", at=clock.now())
    assert Client().get("/healthz").status_code == 200


def test_the_watchdog_carries_what_is_late_and_leaves_what_is_fresh(cast, mailbox):
    cast.report(at=START)
    assert carry() == 2, "one step and one delivery"
    assert mailbox.take_one().to == [cast.on_duty.email]
    cast.report(at=clock.now())
    assert carry() == 0


def test_the_watchdog_keeps_watch_over_the_rosters_when_no_worker_does(cast, mailbox):
    before = Roster.objects.get().watched_at
    Heartbeat.objects.beat("oncall", at=clock.now() - timedelta(minutes=2))
    carry()
    assert Roster.objects.get().watched_at == before, "a worker will come"
    Heartbeat.objects.beat("oncall", at=clock.now() - timedelta(minutes=4))
    carry()
    assert Roster.objects.get().watched_at is not None
    assert Heartbeat.objects.alive("oncall", at=clock.now(), within=timedelta(minutes=1))


def test_a_signed_link_never_stands_in_the_log():
    record = logging.LogRecord("django", 30, "", 0, "Forbidden: %s", ("/p/abc:def/",), None)
    WithoutTokens().filter(record)
    assert record.getMessage() == "Forbidden: /p/…/"


def test_a_first_person_is_added_from_the_command_line(db, monkeypatch):
    monkeypatch.setattr("accounts.management.commands.add_person.getpass", lambda _: "a-long-enough-phrase")
    call_command("add_person", "first@cast.example", "First", role=["incident_manager"], stdout=StringIO())
    person = User.objects.reachable().get()
    assert person.subject(at=clock.now()).may("incident.triage")
    with pytest.raises(CommandError):
        call_command("add_person", "FIRST@cast.example", "Again", role=[])
