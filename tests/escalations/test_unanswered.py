"""A policy's last word that nobody acknowledges is loud: administrators are paged, and the engine is not well."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from accounts import clock, links
from accounts.models import Delivery, Heartbeat, Message
from escalations import engine
from escalations.actions import alarms, escalations
from escalations.models import Alarm, Escalation
from incidents.actions import lifecycle
from incidents.models import Incident
from tests.cast import HASHED, STEP_SECONDS, person

STEP = timedelta(seconds=STEP_SECONDS)


@pytest.fixture
def at(cast):
    now = clock.now()
    for process in ("worker", "scheduler", "watchdog"):
        Heartbeat.objects.beat(process, at=now)
    return now


def exhausted(cast, at, **told):
    """An incident whose policy has just said its last word; its pages left, and nothing else is due."""
    began = at - 4 * STEP
    incident = cast.report(at=began, **told)
    for number in range(4):
        escalations.advance(at=began + number * STEP)
    assert incident.escalations.get().state == "exhausted"
    Delivery.objects.open().update(state="sent", handed_at=F("due_at"), ended_at=at)
    Escalation.objects.update(handoff_at=None)
    return incident


def to_administrators(cast):
    return Message.objects.filter(to=cast.admin).order_by("created_at")


def test_a_last_word_that_nobody_acknowledges_pages_the_administrators_once(cast, at):
    incident = exhausted(cast, at)
    assert alarms.call_for_unanswered(at=at) == 1
    assert alarms.call_for_unanswered(at=at) == 0
    assert alarms.judge(at=at) == 0, "the engine itself is well"
    [message] = to_administrators(cast)
    assert (message.urgency, message.severity) == ("high", 1)
    assert message.subject == f"Watchfloor: SEV1 {incident.code}: nobody has acknowledged"
    assert message.deliveries.open().exists()


def test_while_its_steps_last_nobody_else_is_told(cast, at):
    cast.report(at=at)
    escalations.advance(at=at)
    assert alarms.call_for_unanswered(at=at) == 0


@pytest.mark.parametrize("mode", ["drill", "test"])
def test_an_exercise_wakes_no_administrator(cast, at, mode):
    incident = exhausted(cast, at)
    Incident.objects.filter(pk=incident.pk).update(mode=mode)
    assert alarms.call_for_unanswered(at=at) == 0
    assert engine.look(at=at).unanswered == 0


def test_each_run_has_an_alarm_of_its_own_the_worst_first(cast, at):
    milder, worse = exhausted(cast, at, harm_type="FR1"), exhausted(cast, at)
    assert alarms.call_for_unanswered(at=at) == 2
    told = to_administrators(cast).values_list("subject", flat=True)
    assert [code for subject in told for code in (worse.code, milder.code) if code in subject] == [
        worse.code,
        milder.code,
    ]


def test_a_mild_one_asks_as_mildly_as_its_own_pages_did(cast, at):
    incident = exhausted(cast, at)
    Incident.objects.filter(pk=incident.pk).update(severity=3)
    alarms.call_for_unanswered(at=at)
    assert to_administrators(cast).get().urgency == "low"


def test_an_acknowledgement_ends_it_at_once_and_says_so(cast, at):
    incident = exhausted(cast, at)
    alarms.call_for_unanswered(at=at)
    lifecycle.acknowledge(incident=incident, by=cast.manager, at=at)
    assert Alarm.objects.get().ended_at == at
    page, notice = to_administrators(cast)
    assert page.settled_because == "over"
    assert not page.deliveries.open().exists()
    assert (notice.urgency, notice.severity) == ("notice", None)
    assert notice.subject == f"Watchfloor: SEV1 {incident.code}: no longer waits for an answer"
    assert alarms.call_for_unanswered(at=at) == 0


def test_an_administrator_who_takes_it_stops_the_other_calls_and_not_the_run(cast, at):
    person("other", "administrator", HASHED)
    exhausted(cast, at)
    alarms.call_for_unanswered(at=at)
    assert alarms.acknowledge(alarm=Alarm.objects.get(), by=cast.admin, at=at)
    asked = Message.objects.filter(dedupe_key__startswith="alarm:")
    assert {message.settled_because for message in asked} == {"acknowledged"}
    assert Escalation.objects.get().state == "exhausted"
    assert engine.look(at=at).unanswered == 1


def test_it_says_code_and_severity_and_nothing_of_what_happened(cast, at, signed_in):
    incident = exhausted(cast, at, harm_type="CS2", title="Nobody else may read this")
    assert not incident.is_visible_to(cast.admin.subject(at=at))
    alarms.call_for_unanswered(at=at)
    message = to_administrators(cast).get()
    link = Client().get(reverse("alarm_link", args=[links.token_for(message.pk)])).content.decode()
    page = signed_in(cast.admin).get(reverse("engine")).content.decode()
    for words in (message.subject, message.text, link, page):
        assert "Nobody else may read this" not in words
    assert f"{incident.get_severity_display()} {incident.code}" in link
    assert f"{incident.get_severity_display()} {incident.code}" in page


def test_the_engine_is_not_well_from_the_last_word_to_the_acknowledgement(cast, at, signed_in):
    admin = signed_in(cast.admin)
    well = "Everything runs, and nothing is late."
    incident = exhausted(cast, at)
    for path in (reverse("engine"), reverse("administration")):
        assert well not in admin.get(path).content.decode(), "no alarm is raised yet"
    alarms.call_for_unanswered(at=at)
    assert "nobody has acknowledged" in admin.get(reverse("engine")).content.decode()
    lifecycle.acknowledge(incident=incident, by=cast.manager, at=at)
    for path in (reverse("engine"), reverse("administration")):
        assert well in admin.get(path).content.decode()


def test_a_watch_tells_of_it_at_its_first_look(cast, at):
    exhausted(cast, at)
    assert alarms.Watch().look(at=at) == 1


def test_a_monitor_outside_hears_of_the_engine_alone(cast, at):
    exhausted(cast, at)
    assert Client().get("/heartbeat/").status_code == 200


def test_a_look_for_them_costs_one_question_when_there_are_none(at, django_assert_num_queries):
    with django_assert_num_queries(1):
        alarms.call_for_unanswered(at=at)
