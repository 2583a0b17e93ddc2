"""What happens to a message between being promised and being heard: the plan and what failing does to it, what
leaves together, what is taken over, and when it has failed for good."""

import threading
import uuid
from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import tasks
from accounts.actions import claims, deliveries, messages, overdue
from accounts.channels import PermanentError, Receipt, TemporaryError
from accounts.models import ContactMethod, Delivery, NotificationRule, User
from accounts.signals import message_failed
from tests.cast import HASHED, START, person

SECOND = timedelta(seconds=1)


def send(to, urgency="high", **told):
    told = {
        "subject": "SEV1 WF-ABCDEF: you are being paged",
        "dedupe_key": uuid.uuid4().hex,
        "at": START,
    } | told
    return messages.send(to=to, urgency=urgency, text="T", link_to="page_link", link_label="Open", **told)


def method(of, kind, position, **told):
    told = {"address": f"{kind}-{of.pk}", "verified_at": START} | told
    return ContactMethod.objects.create(person=of, kind=kind, position=position, **told)


def attempt(channel="email", at=START):
    claimed = deliveries.claim(channel=channel, at=at)
    return claimed and deliveries.attempt(claimed=claimed, at=at, ended_at=lambda: at)


def plan_of(message):
    rows = message.deliveries.order_by("due_at", "pk")
    return [(row.channel, row.state, row.due_at - START) for row in rows]


@pytest.fixture
def failed(cast):
    heard = []

    def hear(sender, message, because, **kwargs):
        heard.append((message.pk, because))

    message_failed.connect(hear)
    yield heard
    message_failed.disconnect(hear)


@pytest.fixture
def providers(monkeypatch):
    """What each channel answers: a receipt, or an error to raise. What was handed over stands in `.handed`."""

    class Providers(dict):
        handed = []

    answers = Providers()

    def sender(kind):
        def answer(outgoing):
            answers.handed.append(outgoing)
            said = answers.get(kind) or Receipt("taken")
            if isinstance(said, Exception):
                raise said
            return said

        return answer

    answers.handed = []
    for kind in ContactMethod.Kind.values:
        monkeypatch.setitem(deliveries.SENDERS, kind, sender(kind))
    return answers


@pytest.fixture
def priya(cast):
    """Mail, then text, then call; with rules for the first two when something cannot wait."""
    priya = cast.specialist
    NotificationRule.objects.create(person=priya, urgency="high", method=priya.contact_methods.get(), delay=0)
    NotificationRule.objects.create(person=priya, urgency="high", method=method(priya, "sms", 1), delay=180)
    method(priya, "voice", 2)
    return priya


# -- The plan ---------------------------------------------------------------------------------------


def test_every_attempt_the_rules_ask_for_is_written_with_the_message(priya):
    assert plan_of(send(priya)) == [("email", "queued", 0 * SECOND), ("sms", "queued", 180 * SECOND)]


def test_sending_costs_four_queries(priya):
    with CaptureQueriesContext(connection) as queries:
        send(priya)
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 4


def test_a_page_that_can_wait_waits_until_its_reader_is_awake(priya):
    priya.quiet_from, priya.quiet_until, priya.time_zone = time(8), time(10), "UTC"
    assert plan_of(send(priya, severity=2))[0] == ("email", "queued", 3600 * SECOND)
    assert plan_of(send(priya, severity=1))[0] == ("email", "queued", 0 * SECOND)


def test_settling_cancels_everything_that_was_planned(priya):
    message = send(priya)
    messages.settle(messages=[message], at=START, because="acknowledged")
    assert {state for _, state, _ in plan_of(message)} == {"cancelled"}


def test_a_check_goes_to_its_method_alone_verified_or_not(cast, providers, failed):
    trying = method(cast.on_duty, "sms", 1, verified_at=None)
    message = send(cast.on_duty, "check", only_method=trying)
    providers["sms"] = PermanentError("no such number")
    assert attempt("sms")
    assert plan_of(message) == [("sms", "failed", 0 * SECOND)]
    assert failed == [(message.pk, "unreachable")]


def test_a_check_is_not_attempted_for_ever(cast, providers, failed):
    message = send(cast.on_duty, "check", only_method=cast.on_duty.contact_methods.get())
    providers["email"] = TemporaryError("451 later")
    for minutes in range(10):
        attempt(at=START + timedelta(minutes=minutes))
    assert message.deliveries.count() == deliveries.MOST_CHECKS
    assert failed == [(message.pk, "unreachable")]


# -- Failing ----------------------------------------------------------------------------------------


def test_a_permanent_error_brings_the_next_planned_one_forward_to_now(priya, providers):
    message = send(priya)
    providers["email"] = PermanentError("550 no such user")
    attempt()
    assert plan_of(message) == [("email", "failed", 0 * SECOND), ("sms", "queued", 0 * SECOND)]


def test_a_temporary_error_tries_again_and_lets_the_next_one_stand_in_soon(priya, providers):
    message = send(priya)
    providers["email"] = TemporaryError("451 later")
    attempt()
    assert plan_of(message) == [
        ("email", "failed", 0 * SECOND),
        ("email", "queued", deliveries.BACK_OFF[0]),
        ("sms", "queued", deliveries.STAND_IN),
    ]


def test_with_nothing_planned_left_a_method_without_a_rule_is_tried_and_then_it_has_failed(
    priya, providers, failed
):
    message = send(priya)
    for kind in ("email", "sms", "voice"):
        providers[kind] = PermanentError("gone")
        assert failed == []
        attempt(kind)
    assert failed == [(message.pk, "unreachable")]
    assert [channel for channel, *_ in plan_of(message)] == ["email", "sms", "voice"]


def test_what_one_provider_took_has_not_failed_though_every_other_refuses(priya, providers, failed):
    message = send(priya)
    attempt()
    for kind in ("sms", "voice"):
        providers[kind] = PermanentError("gone")
        attempt(kind, START + timedelta(minutes=5))
    assert failed == []
    assert {state for _, state, _ in plan_of(message)} == {"sent", "failed"}


def test_a_notice_is_tried_again_where_it_was_and_wakes_no_other_method(priya, providers):
    message = send(priya, "notice")
    providers["email"] = TemporaryError("451 later")
    attempt()
    assert [channel for channel, *_ in plan_of(message)] == ["email", "email"]


def test_somebody_deactivated_while_everything_was_planned_has_failed_at_once(priya, providers, failed):
    message = send(priya)
    User.objects.filter(pk=priya.pk).update(is_active=False)
    attempt()
    attempt("sms")
    assert failed == [(message.pk, "unreachable")]
    assert providers.handed == []


def test_of_two_attempts_that_fail_at_once_the_later_sees_the_earlier(committed_cast, providers):
    """Each alone would think that the other may still get through."""
    to, heard = committed_cast.on_duty, []
    text = method(to, "sms", 1)
    message = send(to)
    Delivery.objects.filter(method=text).update(due_at=START)
    providers["email"] = providers["sms"] = PermanentError("gone")
    calls = [deliveries.claim(channel=channel, at=START) for channel in ("email", "sms")]

    def hear(sender, message, because, **kwargs):
        heard.append(because)

    def work(call):
        deliveries.attempt(claimed=call, at=START, ended_at=lambda: START)
        connection.close()

    message_failed.connect(hear)
    threads = [threading.Thread(target=work, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    message_failed.disconnect(hear)
    assert heard == ["unreachable"], message.pk


# -- Confirmations ----------------------------------------------------------------------------------


def test_a_provider_that_took_it_and_says_no_more_makes_way_for_the_next(priya, providers):
    message = send(priya)
    providers["email"] = Receipt("id", confirms=True)
    attempt()
    late = START + deliveries.CONFIRM_WITHIN
    assert overdue.sweep(at=late - SECOND) == 0
    assert overdue.sweep(at=late) == 1
    assert overdue.sweep(at=late) == 0, "once"
    assert plan_of(message)[1] == ("sms", "queued", late - START)
    assert message.deliveries.get(channel="email").outcome == overdue.UNCONFIRMED


def test_an_unconfirmed_message_has_not_failed_for_that(cast, providers, failed):
    send(cast.on_duty)
    providers["email"] = Receipt("id", confirms=True)
    attempt()
    assert overdue.sweep(at=START + timedelta(hours=1)) == 1
    assert failed == []


# -- Leaving together -------------------------------------------------------------------------------


def test_the_first_leaves_at_once_and_what_follows_leaves_together_two_seconds_later(cast, providers):
    for number in range(4):
        send(cast.on_duty, severity=2, at=START + number * SECOND / 4)
        attempt(at=START + number * SECOND / 4)
    assert [outgoing.waiting for outgoing in providers.handed] == [1]
    assert claims.soonest(channel="email", at=START + SECOND) == START + claims.PACE
    assert attempt(at=START + claims.PACE)
    assert [outgoing.waiting for outgoing in providers.handed] == [1, 3]
    together = Delivery.objects.exclude(bundle=None)
    assert together.filter(state="sent", provider_id="taken").count() == 3
    assert providers.handed[1].idempotency_key == together.order_by("pk").first().idempotency_key


def test_the_words_say_how_many_and_name_the_most_severe_first(cast, mailbox):
    ContactMethod.objects.filter(person=cast.on_duty).update(paced_until=START)
    for severity in (3, 1, 2):
        send(cast.on_duty, severity=severity, subject=f"SEV{severity} WF-AAAAA{severity}")
    attempt()
    mail = mailbox.take_one()
    assert mail.subject == "SEV1 WF-AAAAA1, and 2 more"
    assert "3 messages for you" in mail.text
    assert mail.text.index("AAAAA1") < mail.text.index("AAAAA2") < mail.text.index("AAAAA3")
    assert mail.text.count("/p/") == mail.html.count("/p/") == 3


def test_what_is_real_is_named_before_a_test_however_severe_that_is(cast, mailbox):
    ContactMethod.objects.filter(person=cast.on_duty).update(paced_until=START)
    send(cast.on_duty, severity=1, exercise=True, subject="[TEST] SEV1 WF-AAAAA1")
    send(cast.on_duty, severity=2, subject="SEV2 WF-AAAAA2")
    attempt()
    assert mailbox.take_one().subject == "SEV2 WF-AAAAA2, and 1 more"


def test_more_than_a_mail_can_list_are_counted(cast, providers):
    for _ in range(25):
        send(cast.on_duty, severity=2)
    attempt()
    [outgoing] = providers.handed
    assert (outgoing.waiting, outgoing.text.count("/p/")) == (25, 20)
    assert "And 5 more" in outgoing.text


def test_the_most_severe_waits_for_nothing_and_leaves_alone(cast, providers):
    for number in range(300):
        send(cast.on_duty, severity=4, dedupe_key=f"many-{number}")
    attempt()
    send(cast.on_duty, severity=4)
    worst = send(cast.on_duty, severity=0, at=START + SECOND)
    assert attempt(at=START + SECOND)
    assert [outgoing.waiting for outgoing in providers.handed] == [300, 1]
    assert worst.deliveries.get().state == "sent"
    assert deliveries.claim(channel="email", at=START + SECOND) is None, "the others are paced as they were"


def test_one_of_a_bundle_that_was_settled_meanwhile_is_left_out(cast, providers):
    kept, settled = send(cast.on_duty, severity=2), send(cast.on_duty, severity=2)
    claimed = deliveries.claim(channel="email", at=START)
    messages.settle(messages=[settled], at=START, because="acknowledged")
    assert deliveries.attempt(claimed=claimed, at=START, ended_at=lambda: START)
    assert (providers.handed[0].waiting, kept.deliveries.get().state) == (1, "sent")


def test_a_bundle_that_fails_is_tried_again_together(cast, providers):
    for _ in range(3):
        send(cast.on_duty, severity=2)
    providers["email"] = TemporaryError("451 later")
    attempt()
    del providers["email"]
    assert attempt(at=START + claims.PACE)
    assert [outgoing.waiting for outgoing in providers.handed] == [3, 3]
    assert Delivery.objects.filter(state="sent", attempt=2).count() == 3


# -- Taking over ------------------------------------------------------------------------------------


def test_what_a_killed_sender_held_goes_again_as_it_went_and_what_came_since_goes_apart(cast, providers):
    for _ in range(2):
        send(cast.on_duty, severity=2)
    lost = deliveries.claim(channel="email", at=START)
    send(cast.on_duty, severity=2)
    later = START + deliveries.LEASE
    calls = claims.take(channel="email", at=later, most=10)
    assert sorted(len(call.deliveries) for call in calls) == [1, 2]
    again = next(call for call in calls if len(call.deliveries) == 2)
    assert again.key == lost.key
    assert deliveries.attempt(claimed=lost, at=later, ended_at=lambda: later) is False, (
        "the claim is another's"
    )


def test_behind_a_long_queue_the_most_severe_is_seen_and_what_was_begun_is_seen_whole(cast, monkeypatch):
    """One claim looks at so many fresh ones only, however many wait; that may hide neither."""
    begun = [send(cast.second, severity=2) for _ in range(4)]
    [held] = claims.take(channel="email", at=START, most=1)
    assert len(held.deliveries) == 4
    monkeypatch.setattr(claims, "MOST_SEEN", 2)
    for person_paged in (cast.manager, cast.specialist, cast.reporter):
        send(person_paged, severity=2)
    worst = send(cast.on_duty, severity=0)
    later = START + claims.LEASE
    seen = claims.take(channel="email", at=later, most=10)
    paged = [{delivery.message_id for delivery in call.deliveries} for call in seen]
    assert {worst.pk} in paged
    assert {message.pk for message in begun} in paged
    assert len(paged) == 4
    assert len(claims.take(channel="email", at=later, most=10)) == 1


def test_behind_a_slow_provider_what_was_claimed_is_handed_back(cast, providers, monkeypatch):
    people = [person(f"slow-{number}", "responder", HASHED) for number in range(4)]
    for one in people:
        send(one, severity=2)
    monkeypatch.setattr(deliveries, "FRESH_SECONDS", -1)
    taken = claims.take(channel="email", at=START, most=10)
    sent, left = deliveries._send_while_fresh(deliveries._look(taken, START)[0], deliveries.monotonic())
    claims.hand_back(calls=left)
    assert (sent, len(left)) == (1, 3)
    assert [len(call.deliveries) for call in claims.take(channel="email", at=START, most=10)] == [1, 1, 1]


def test_handing_back_leaves_alone_what_somebody_else_took(cast):
    send(cast.on_duty, severity=2)
    stale = deliveries.claim(channel="email", at=START)
    fresh = deliveries.claim(channel="email", at=START + deliveries.LEASE)
    claims.hand_back(calls=[stale])
    [row] = fresh.deliveries
    row.refresh_from_db()
    assert (row.state, row.fence) == ("sending", 2)


def test_a_channel_is_woken_by_the_sweep_only_when_something_is_due(cast, monkeypatch):
    woken = []
    monkeypatch.setattr("accounts.nudge.nudge", woken.append)
    tasks.sweep()
    assert woken == []
    send(cast.on_duty)
    tasks.sweep()
    assert woken == ["accounts.send_email"]


def test_each_channel_has_a_queue_and_a_task_of_its_own(settings):
    kinds = set(ContactMethod.Kind.values)
    assert set(settings.CHANNELS) == kinds
    assert {told["queue"] for told in settings.CELERY_TASK_ROUTES.values()} == kinds
    assert {task.name for task in tasks.SENDERS.values()} == set(settings.CELERY_TASK_ROUTES)
