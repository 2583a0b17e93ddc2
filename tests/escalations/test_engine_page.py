"""The engine's page and its figures: `/admin/engine/`, `/metrics`, `/heartbeat/`."""

from datetime import timedelta

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from accounts import clock
from accounts.actions import sweeps
from accounts.models import ContactMethod, Delivery, Heartbeat, Message
from escalations import figures
from escalations.actions import alarms, escalations
from escalations.models import Alarm, Escalation
from incidents.models import IntakeRecord
from tests.cast import ROUTING_KEY

PATH = "/admin/engine/"


@pytest.fixture
def at(cast):
    now = clock.now()
    for process in ("worker", "scheduler", "watchdog"):
        Heartbeat.objects.beat(process, at=now)
    return now


@pytest.fixture
def admin(cast, signed_in):
    return signed_in(cast.admin)


def attempted(cast, at, *, seconds, state="sent", outcome="accepted"):
    """A report accepted at `at` and attempted so many seconds later."""
    cast.report(at=at)
    escalations.advance(at=at)
    ended = at + timedelta(seconds=seconds)
    Delivery.objects.open().update(
        state=state, ended_at=ended, handed_at=ended if state == "sent" else None, outcome=outcome
    )


def scraped(cast, person=None):
    headers = {"Authorization": f"Bearer {cast.token(person or cast.admin)}"}
    answer = Client().get("/metrics", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def value(text, name, **labels):
    found = [
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == f"watchfloor_{name}" and sample.labels == labels
    ]
    assert len(found) == 1, (name, labels, found)
    return found[0]


def test_a_quiet_engine_says_so_and_shows_no_fault(admin, at):
    page = admin.get(PATH).content.decode()
    assert "Everything runs, and nothing is late." in page
    assert "Nothing has gone wrong within the week" in page
    assert page.count("not used yet") == len(ContactMethod.Kind)


def test_an_engine_that_was_slow_does_not_say_that_nothing_was_late(cast, admin, at):
    attempted(cast, at - timedelta(minutes=4), seconds=200)
    page = admin.get(PATH).content.decode()
    assert "some first attempts left late" in page
    assert "Everything runs, and nothing is late." not in page
    assert "3 min</dd>" in page


@pytest.mark.parametrize("who", ["on_duty", "manager", "security", "outsider"])
def test_nobody_but_administrators_opens_it(cast, signed_in, who):
    assert signed_in(getattr(cast, who)).get(PATH).status_code == 403


def test_it_shows_what_is_late_what_failed_and_who_is_silent(cast, admin, at):
    attempted(cast, at - timedelta(minutes=10), seconds=3, state="failed", outcome="550 no such box")
    Heartbeat.objects.beat("scheduler", at=at - timedelta(minutes=5))
    sweeps.failed(sweep="steps", at=at)
    alarms.judge(at=at)
    page = admin.get(PATH).content.decode()
    for words in ("550 no such box", "Silent", "The scheduler is silent", "Firing steps", "3.00 s"):
        assert words in page


def test_a_press_takes_the_alarm(cast, admin, at):
    Heartbeat.objects.beat("scheduler", at=at - timedelta(minutes=5))
    alarms.judge(at=at)
    alarm = Alarm.objects.get()
    answer = admin.post(f"/admin/engine/alarms/{alarm.pk}/", follow=True)
    assert "You have it." in answer.content.decode()
    assert "Admin is looking into it." in answer.content.decode()
    assert (
        "Somebody has it already"
        in admin.post(f"/admin/engine/alarms/{alarm.pk}/", follow=True).content.decode()
    )


def test_it_says_when_nobody_would_be_told(cast, admin, at):
    ContactMethod.objects.filter(person=cast.admin).update(disabled_at=at)
    assert "No administrator can be reached" in admin.get(PATH).content.decode()


@pytest.mark.parametrize("reports", [0, 6])
def test_the_page_costs_the_same_however_much_there_is(cast, admin, at, django_assert_num_queries, reports):
    for number in range(reports):
        attempted(
            cast, at - timedelta(minutes=number), seconds=1, state="failed", outcome=f"refused {number}"
        )
    admin.get(PATH)
    with django_assert_num_queries(28):
        admin.get(PATH)


def test_it_is_spoken_in_russian(cast, admin, at):
    cast.admin.language = "ru"
    cast.admin.save()
    assert "Планировщик" in admin.get(PATH).content.decode()


def test_first_attempts_are_counted_from_acceptance(cast, at):
    for seconds in (1, 2, 3):
        attempted(cast, at - timedelta(minutes=5), seconds=seconds)
    attempted(cast, at - timedelta(minutes=61), seconds=900)
    told = figures.first_attempts(at=at)
    assert (told.count, told.p50) == (3, 2.0)


def test_a_page_put_off_by_quiet_hours_says_nothing_about_the_engine(cast, at):
    cast.report(at=at - timedelta(minutes=5))
    escalations.advance(at=at - timedelta(minutes=5))
    Delivery.objects.update(due_at=at, state="sent", handed_at=at, ended_at=at)
    assert figures.first_attempts(at=at).count == 0


def test_metrics_are_for_an_administrators_token(cast):
    assert Client().get("/metrics").status_code == 401
    token = cast.token(cast.manager)
    assert Client().get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 403


def test_metrics_tell_queues_outcomes_and_processes(cast, at):
    attempted(cast, at - timedelta(minutes=2), seconds=1)
    cast.report(at=at - timedelta(seconds=30))
    Heartbeat.objects.beat("scheduler", at=at - timedelta(minutes=5))
    Escalation.objects.filter(pages__isnull=False).update(state="exhausted", due_at=None)
    text = scraped(cast)
    assert value(text, "deliveries_last_hour", channel="email", state="sent") == 1
    assert value(text, "first_attempt_seconds", quantile="0.5") == 1.0
    assert 30 <= value(text, "oldest_due_seconds", lane="steps") < 60
    assert value(text, "steps_fired_last_hour") == 1
    assert value(text, "escalations", state="exhausted") == 1
    assert value(text, "unacknowledged_pages", severity="SEV1") == 1
    assert 300 <= value(text, "heartbeat_age_seconds", process="scheduler") < 360
    assert value(text, "escalations_started_total") >= 2


def test_metrics_count_what_came_in_by_door_and_outcome(cast, at):
    event = {"routing_key": ROUTING_KEY, "event_action": "resolve", "dedup_key": "a"}
    Client().post("/v2/enqueue", event, content_type="application/json")
    assert IntakeRecord.objects.count() == 1
    assert value(scraped(cast), "intake_calls_last_hour", door="events_v2", outcome="ignored") == 1


def test_metrics_name_nobody_and_nothing(cast, at):
    attempted(cast, at - timedelta(minutes=2), seconds=1, state="failed", outcome="550 on-duty@cast.example")
    text = scraped(cast)
    message = Message.objects.get()
    for secret in ("cast.example", message.to.name, "WF-", "Detector", "school"):
        assert secret not in text


@pytest.mark.parametrize("reports", [0, 4])
def test_a_scrape_costs_the_same_however_much_there_is(cast, at, django_assert_num_queries, reports):
    for number in range(reports):
        attempted(cast, at - timedelta(minutes=number), seconds=1)
    scraped(cast)
    with django_assert_num_queries(19):
        scraped(cast)


def test_prometheus_may_ask_for_openmetrics(cast):
    headers = {
        "Authorization": f"Bearer {cast.token(cast.admin)}",
        "Accept": "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.4",
    }
    answer = Client().get("/metrics", headers=headers)
    assert answer["Content-Type"].startswith("application/openmetrics-text")
    assert answer.content.endswith(b"# EOF\n")


def test_the_heartbeat_is_content_while_everything_beats(at, django_assert_num_queries):
    with django_assert_num_queries(4):
        answer = Client().get("/heartbeat/")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("process", ["worker", "scheduler", "watchdog"])
def test_the_heartbeat_stops_when_one_of_them_is_silent_or_was_never_there(at, process):
    Heartbeat.objects.beat(process, at=at - timedelta(seconds=20))
    answer = Client().get("/heartbeat/")
    assert (answer.status_code, len(answer.json()["reasons"])) == (503, 1)
    Heartbeat.objects.filter(process=process).delete()
    assert Client().get("/heartbeat/").status_code == 503


def test_the_heartbeat_stops_when_something_is_overdue(cast, at):
    cast.report(at=at - timedelta(seconds=70))
    assert "has not been sent or fired" in Client().get("/heartbeat/").json()["reasons"][0]
