"""Administrators are paged when the engine is not well: once, by whoever still lives, and told when it is over."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock, links, signs
from accounts.actions import answers, deliveries, sweeps
from accounts.models import ContactMethod, Delivery, Heartbeat, Message, RoleAssignment, User
from config.management.commands.watchdog import Senders, carry
from escalations import tasks
from escalations.actions import alarms, escalations
from escalations.models import Alarm, Escalation
from tests.cast import HASHED, START, person

SECOND = timedelta(seconds=1)


@pytest.fixture
def at(cast):
    """Now, everything alive."""
    now = clock.now()
    for process in ("worker", "scheduler", "watchdog"):
        Heartbeat.objects.beat(process, at=now)
    return now


def silence(process, *, seconds, at):
    Heartbeat.objects.beat(process, at=at - timedelta(seconds=seconds))


def kinds():
    return sorted(Alarm.objects.filter(ended_at=None).values_list("kind", flat=True))


def test_nothing_is_raised_while_all_is_well(at):
    assert alarms.judge(at=at) == 0
    assert not Alarm.objects.exists()


@pytest.mark.parametrize("process", ["worker", "scheduler", "watchdog"])
def test_a_silent_process_pages_the_administrators_once(cast, at, process):
    silence(process, seconds=44, at=at)
    assert alarms.judge(at=at) == 0, "a restart is quicker"
    silence(process, seconds=45, at=at)
    assert alarms.judge(at=at) == 1
    assert alarms.judge(at=at + SECOND) == 0, "not every second"
    assert kinds() == [process]
    [message] = Message.objects.all()
    assert (message.to, message.urgency, message.severity) == (cast.admin, "high", None)
    assert str(Alarm.objects.get().get_kind_display()) in message.subject


def test_two_who_see_it_at_once_raise_it_once(at):
    assert alarms._raise("scheduler", at)
    assert not alarms._raise("scheduler", at)
    assert (Alarm.objects.count(), Message.objects.count()) == (1, 1)


def test_a_process_that_never_lived_is_not_missed(cast):
    assert alarms.judge(at=clock.now()) == 0


def test_without_the_scheduler_the_workers_silence_says_nothing(at):
    for process in ("worker", "scheduler"):
        silence(process, seconds=50, at=at)
    alarms.judge(at=at)
    assert kinds() == ["scheduler"]


def test_workers_that_fall_silent_a_moment_before_the_scheduler_are_not_blamed(at):
    silence("worker", seconds=46, at=at)
    silence("scheduler", seconds=44, at=at)
    assert alarms.judge(at=at) == 0


def test_what_has_been_due_for_longer_than_a_minute_pages_the_administrators(cast, at):
    cast.report(at=at - timedelta(seconds=59))
    assert alarms.judge(at=at) == 0
    Escalation.objects.update(due_at=at - timedelta(seconds=61))
    assert alarms.judge(at=at) == 1
    assert kinds() == ["overdue"]


def test_a_delivery_that_waits_counts_as_a_step_that_does(cast, at):
    cast.report(at=START)
    escalations.advance(at=at)
    Delivery.objects.update(due_at=at - timedelta(seconds=61))
    alarms.judge(at=at)
    assert kinds() == ["overdue"]


def test_a_sweep_that_keeps_failing_pages_the_administrators(at):
    sweeps.failed(sweep="steps", at=at - timedelta(seconds=20))
    assert alarms.judge(at=at) == 0, "once is a hiccup"
    sweeps.failed(sweep="steps", at=at)
    alarms.judge(at=at)
    assert kinds() == ["failing"]


def test_every_administrator_who_can_be_reached_is_told(cast, at):
    other = person("other", "administrator", HASHED)
    RoleAssignment.objects.create(person=person("gone", "administrator", HASHED), role="responder")
    User.objects.filter(email="gone@cast.example").update(is_active=False)
    ContactMethod.objects.filter(person=person("mute", "administrator", HASHED)).delete()
    silence("scheduler", seconds=60, at=at)
    alarms.judge(at=at)
    assert {message.to for message in Message.objects.all()} == {cast.admin, other}


def test_it_is_over_once_all_has_been_well_for_a_while(cast, at):
    silence("scheduler", seconds=60, at=at)
    alarms.judge(at=at)
    later = at + timedelta(seconds=10)
    for process in ("worker", "scheduler", "watchdog"):
        Heartbeat.objects.beat(process, at=later + timedelta(minutes=5))
    assert alarms.judge(at=later) == 0
    assert alarms.judge(at=later + timedelta(seconds=29)) == 0, "it may come again"
    assert alarms.judge(at=later + timedelta(seconds=30)) == 1
    assert kinds() == []
    page, notice = Message.objects.order_by("created_at")
    assert page.settled_because == "over", "nobody is called any more"
    assert (notice.to, notice.urgency) == (cast.admin, "notice")
    assert "well again" in notice.subject
    assert not page.deliveries.open().exists()


def test_what_is_wrong_again_before_that_is_the_same_alarm(cast, at):
    silence("scheduler", seconds=60, at=at)
    alarms.judge(at=at)
    Heartbeat.objects.beat("scheduler", at=at)
    alarms.judge(at=at)
    assert Alarm.objects.get().well_since == at
    silence("scheduler", seconds=60, at=at)
    assert alarms.judge(at=at + 10 * SECOND) == 0
    assert Alarm.objects.get().well_since is None
    assert Message.objects.count() == 1


def test_somebody_who_takes_it_stops_the_calls_to_the_others(cast, at):
    person("other", "administrator", HASHED)
    silence("scheduler", seconds=60, at=at)
    alarms.judge(at=at)
    assert alarms.acknowledge(alarm=Alarm.objects.get(), by=cast.admin, at=at)
    assert not alarms.acknowledge(alarm=Alarm.objects.get(), by=cast.on_duty, at=at), "somebody has it"
    assert Alarm.objects.get().acknowledged_by == cast.admin
    assert not Delivery.objects.open().exists()
    assert kinds() == ["scheduler"], "it is not over"


def alarm_link(cast, at):
    silence("scheduler", seconds=60, at=at)
    alarms.judge(at=at)
    return reverse("alarm_link", args=[links.token_for(Message.objects.get(to=cast.admin).pk)])


def test_the_link_shows_on_get_and_acts_on_post_alone(cast, at):
    url = alarm_link(cast, at)
    assert "scheduler" in Client().get(url).content.decode()
    assert Alarm.objects.get().asks
    assert Client().post(url).status_code == 302
    assert Alarm.objects.get().acknowledged_by == cast.admin
    assert "You took it at" in Client().get(url).content.decode()


def test_the_link_of_another_message_or_of_somebody_deactivated_opens_nothing(cast, at):
    url = alarm_link(cast, at)
    page = Message.objects.create(
        to=cast.admin, urgency="notice", subject="S", text="T", dedupe_key="other:1", created_at=at
    )
    assert Client().get(reverse("alarm_link", args=[links.token_for(page.pk)])).status_code == 404
    assert Client().get(reverse("alarm_link", args=["mistyped"])).status_code == 404
    User.objects.filter(pk=cast.admin.pk).update(is_active=False)
    assert Client().post(url).status_code == 404


def test_an_alarm_is_taken_by_a_text_as_well(cast, at):
    method = ContactMethod.objects.create(
        person=cast.admin, kind="sms", address="+15550100", verified_at=START, position=0
    )
    ContactMethod.objects.filter(person=cast.admin).exclude(pk=method.pk).update(disabled_at=START)
    silence("scheduler", seconds=60, at=at)
    alarms.judge(at=at)
    Delivery.objects.update(fence=1)
    assert "Acknowledged" in answers.by_text(sender="+15550100", words="ok", at=at)
    assert Alarm.objects.get().acknowledged_by == cast.admin


def test_a_watch_says_nothing_before_it_has_looked_for_a_while(at):
    silence("scheduler", seconds=3600, at=at)
    watch = alarms.Watch()
    looks = [watch.look(at=at + timedelta(seconds=seconds)) for seconds in range(45)]
    assert looks == [0] * 45
    watch.look(at=at + timedelta(seconds=50))
    assert "scheduler" in kinds()


def test_a_watch_that_was_away_begins_anew(at):
    silence("scheduler", seconds=3600, at=at)
    watch = alarms.Watch()
    for seconds in (0, 10, 20, 30, 40, 400, 410):
        assert watch.look(at=at + timedelta(seconds=seconds)) == 0


def test_between_two_looks_a_watch_asks_nothing(at, django_assert_num_queries):
    watch = alarms.Watch()
    watch.look(at=at)
    with django_assert_num_queries(0):
        watch.look(at=at + SECOND)


def test_a_look_costs_four_questions_when_all_is_well(at, django_assert_num_queries):
    with django_assert_num_queries(4):
        alarms.judge(at=at)


def test_a_worker_goes_on_looking_whatever_a_look_raises(db, monkeypatch, caplog):
    def trouble(at):
        raise ValueError("something nobody thought of")

    watch = alarms.Watch()
    monkeypatch.setattr(watch, "look", trouble, raising=False)
    monkeypatch.setattr("escalations.tasks.connection.close", lambda: None)
    tasks.look_once(watch)
    assert "a look at the engine failed" in caplog.text


def test_the_scheduler_leaves_a_sign_of_life(db):
    signs.beat_once("scheduler")
    assert Heartbeat.objects.alive("scheduler", at=clock.now(), within=SECOND * 5)


def test_the_watchdog_sends_the_page_itself(committed_cast, mailbox, pass_time):
    """The whole of fault 16 but the process: silence, the alarm, and the mail on its way, without any worker."""
    at = clock.now()
    for process in ("worker", "scheduler"):
        Heartbeat.objects.beat(process, at=at)
    pass_time(timedelta(seconds=60))
    alarms.judge(at=clock.now())
    pass_time(timedelta(seconds=3))
    senders = Senders()
    carry(senders)
    senders.leave()
    mail = mailbox.take_one()
    assert (mail.to, "scheduler is silent" in mail.subject) == ([committed_cast.admin.email], True)


def test_deliveries_of_an_alarm_leave_like_any_other(at):
    silence("scheduler", seconds=60, at=at)
    alarms.judge(at=at)
    assert deliveries.claim(channel="email", at=clock.now()) is not None
