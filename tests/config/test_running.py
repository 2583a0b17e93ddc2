"""What holds the running console together: health, the database going away, what stands in the log."""

import logging
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts import clock
from accounts.actions import deliveries, messages, sweeps
from accounts.channels import Receipt
from accounts.models import ContactMethod, Heartbeat, User
from accounts.tasks import send_email
from config.logs import WithoutTokens
from config.management.commands.watchdog import Senders, carry
from escalations.actions import escalations
from escalations.tasks import sweep
from oncall.models import Roster
from tests.cast import START


def test_healthz_is_content_while_the_worker_sweeps(db):
    Heartbeat.objects.beat("worker", at=clock.now())
    assert Client().get("/healthz").status_code == 200


def test_healthz_tells_the_age_of_the_oldest_due_and_costs_four_questions(cast, django_assert_num_queries):
    at = clock.now()
    Heartbeat.objects.beat("worker", at=at)
    cast.report(at=at - timedelta(seconds=30))
    with django_assert_num_queries(4):
        told = Client().get("/healthz").json()
    assert told["status"] == "ok"
    assert 30 <= told["oldest_step_seconds"] == told["oldest_due_seconds"] < 40
    escalations.advance(at=at)
    told = Client().get("/healthz").json()
    assert told["oldest_step_seconds"] == 0.0
    assert 0 < told["oldest_delivery_seconds"] == told["oldest_due_seconds"] < 10


def test_healthz_fails_while_something_is_overdue(cast):
    at = clock.now()
    Heartbeat.objects.beat("worker", at=at)
    cast.report(at=at - timedelta(seconds=61))
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["reason"][:8]) == (503, "overdue:")
    assert answer.json()["oldest_due_seconds"] > 60


def test_healthz_says_what_is_wrong(db):
    Heartbeat.objects.beat("worker", at=clock.now() - timedelta(minutes=1))
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["reason"][:16]) == (503, "worker: no sweep")


def test_healthz_fails_while_a_sweep_keeps_failing_and_says_which(db):
    at = clock.now()
    Heartbeat.objects.beat("worker", at=at)
    sweeps.failed(sweep="steps", at=at - timedelta(seconds=20))
    assert Client().get("/healthz").status_code == 200, "once is a hiccup"
    sweeps.failed(sweep="steps", at=at)
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["reason"][:13]) == (503, "sweeps: steps")


def test_healthz_is_content_again_once_the_failing_is_over(db):
    at = clock.now()
    Heartbeat.objects.beat("worker", at=at)
    for seconds in (140, 120, 100):
        sweeps.failed(sweep="email", at=at - timedelta(seconds=seconds))
    assert Client().get("/healthz").status_code == 200
    sweeps.failed(sweep="email", at=at)
    assert Client().get("/healthz").status_code == 200, "the next failure is a new one"


def broken(*args, **told):
    raise ValueError("year 10000 is out of range")


def test_a_worker_whose_sweeps_raise_lives_and_makes_healthz_fail(db, monkeypatch, pass_time):
    monkeypatch.setattr("escalations.actions.escalations.advance", broken)
    monkeypatch.setattr("accounts.actions.claims.take", broken)
    for _ in range(2):
        sweep()
        send_email()
        pass_time(timedelta(seconds=12))
    Heartbeat.objects.beat("worker", at=clock.now())
    assert "email, steps keep failing" in Client().get("/healthz").json()["reason"]


@pytest.fixture
def senders():
    """The watchdog's threads have connections of their own, so its tests commit."""
    senders = Senders()
    yield senders
    senders.leave()


def test_the_watchdog_sends_mail_though_its_steps_raise(
    committed_cast, mailbox, monkeypatch, caplog, pass_time, senders
):
    committed_cast.report(at=START)
    assert carry(senders) == 2
    mailbox.take_one()
    pass_time(timedelta(seconds=5))
    committed_cast.report(at=START)
    escalations.advance(at=START)
    monkeypatch.setattr("escalations.actions.escalations.advance", broken)
    assert carry(senders) == 1
    mailbox.take_one()
    assert "the sweep of steps failed" in caplog.text


def test_the_watchdog_outlives_a_round_that_raises(db, monkeypatch, caplog):
    rounds = []

    def round_of_trouble(senders):
        rounds.append(1)
        if len(rounds) > 2:
            signal.raise_signal(signal.SIGTERM)
        raise ValueError("something nobody thought of")

    monkeypatch.setattr("config.management.commands.watchdog.carry", round_of_trouble)
    monkeypatch.setattr("config.management.commands.watchdog.connection", SimpleNamespace(close=lambda: None))
    monkeypatch.setattr("config.management.commands.watchdog.close_old_connections", lambda: None)
    monkeypatch.setattr("config.management.commands.watchdog.PAUSE_SECONDS", 0)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        call_command("watchdog")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert len(rounds) == 3
    assert "a round failed" in caplog.text


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


def test_the_watchdog_carries_what_is_late_and_leaves_what_is_fresh(committed_cast, mailbox, senders):
    committed_cast.report(at=START)
    assert carry(senders) == 2, "one step and one delivery"
    assert mailbox.take_one().to == [committed_cast.on_duty.email]
    committed_cast.report(at=clock.now())
    assert carry(senders) == 0


def test_a_channel_that_hangs_keeps_neither_steps_nor_other_channels_waiting(
    committed_cast, mailbox, monkeypatch, senders
):
    """The text messages' provider never answers; the watchdog has a thread for it and goes on without it."""
    let_go, other = threading.Event(), committed_cast.second
    ContactMethod.objects.create(person=other, kind="sms", address="+1", verified_at=START, position=0)
    ContactMethod.objects.filter(person=other, kind="email").update(disabled_at=START)
    monkeypatch.setitem(deliveries.SENDERS, "sms", lambda outgoing: let_go.wait(20) and Receipt("late"))
    for who in (other, committed_cast.on_duty):
        messages.send(
            to=who, urgency="notice", subject="S", text="T", link_to="page_link", link_label="Open",
            dedupe_key=who.name, at=START,
        )  # fmt: skip
    assert carry(senders) == 1
    mailbox.take_one()
    committed_cast.report(at=START)
    assert carry(senders) == 1, "the step; its mail is paced, the text message still under way"
    let_go.set()


def test_the_watchdog_keeps_watch_over_the_rosters_when_no_worker_does(cast, mailbox, senders):
    before = Roster.objects.get().watched_at
    Heartbeat.objects.beat("oncall", at=clock.now() - timedelta(minutes=2))
    carry(senders)
    assert Roster.objects.get().watched_at == before, "a worker will come"
    Heartbeat.objects.beat("oncall", at=clock.now() - timedelta(minutes=4))
    carry(senders)
    assert Roster.objects.get().watched_at is not None
    assert Heartbeat.objects.alive("oncall", at=clock.now(), within=timedelta(minutes=1))


def test_a_signed_link_never_stands_in_the_log():
    record = logging.LogRecord("django", 30, "", 0, "Forbidden: %s", ("/p/abc:def/",), None)
    WithoutTokens().filter(record)
    assert record.getMessage() == "Forbidden: /p/…/"


def test_the_signed_link_of_an_alarm_never_stands_in_the_log():
    record = logging.LogRecord("django", 30, "", 0, "Gone: %s", ("/a/abc:def/",), None)
    WithoutTokens().filter(record)
    assert record.getMessage() == "Gone: /a/…/"


def test_the_secret_of_a_feed_never_stands_in_the_log():
    record = logging.LogRecord("django", 30, "", 0, "Not Found: %s", ("/calendars/abc-def.ics",), None)
    WithoutTokens().filter(record)
    assert record.getMessage() == "Not Found: /calendars/…"


def test_another_broker_may_stand_after_a_comma_and_be_away():
    """RabbitMQ for the nudges, Redis for the rest. Nobody listens here: the nudge is dropped as it is with Redis."""
    asked = (
        "from django.conf import settings; from accounts.nudge import nudge;"
        "nudge('escalations.sweep'); print(settings.REDIS_URL, settings.CELERY_BROKER_URL)"
    )
    env = os.environ | {"REDIS_URL": "redis://127.0.0.1:1/0,amqp://guest@127.0.0.1:1//"}
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", asked],
        env=env,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["redis://127.0.0.1:1/0", "amqp://guest@127.0.0.1:1//"], done.stderr
    assert "nudges dropped" in done.stderr


def test_a_first_person_is_added_from_the_command_line(db, monkeypatch):
    monkeypatch.setattr("accounts.management.commands.add_person.getpass", lambda _: "a-long-enough-phrase")
    call_command("add_person", "first@cast.example", "First", role=["incident_manager"], stdout=StringIO())
    person = User.objects.reachable().get()
    assert person.subject(at=clock.now()).may("incident.triage")
    with pytest.raises(CommandError):
        call_command("add_person", "FIRST@cast.example", "Again", role=[])
