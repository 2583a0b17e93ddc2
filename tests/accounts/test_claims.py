"""Claiming what is due: several processes share one queue, and what one of them takes is told together."""

import threading
import uuid
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from accounts import tasks
from accounts.actions import claims, messages
from accounts.models import ContactMethod, Delivery, Message
from tests.cast import HASHED, START, person


def send(to, **told):
    told = {"urgency": "high", "severity": 2, "dedupe_key": uuid.uuid4().hex} | told
    return messages.send(
        to=to, subject="S", text="T", link_to="page_link", link_label="Open", at=START, **told
    )


def take(most):
    return claims.take(channel="email", at=START, most=most)


def told(calls):
    return {delivery.message_id for call in calls for delivery in call.deliveries}


@contextmanager
def another_claims(most):
    """Another process has claimed, and its claim is not committed yet. What it took."""
    taken, claimed, end = [], threading.Event(), threading.Event()

    def work():
        with transaction.atomic():
            taken.extend(take(most))
            claimed.set()
            end.wait(30)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert claimed.wait(30)
    try:
        yield taken
    finally:
        end.set()
        thread.join()


@pytest.mark.parametrize("severity", [0, 2])
def test_whoever_claims_at_the_same_moment_gets_what_comes_next(committed_cast, severity):
    """Severity 0 asks for no method, and whatever leaves together does."""
    for number in range(6):
        send(person(f"p{number}", "responder", HASHED), severity=severity)
    with another_claims(3) as theirs:
        ours = take(3)
    assert (len(theirs), len(ours), len(told([*theirs, *ours]))) == (3, 3, 6)


def test_what_another_holds_is_looked_at_again_sooner_than_the_next_sweep(committed_cast):
    send(committed_cast.on_duty)
    with another_claims(1) as theirs:
        assert len(theirs) == 1
        assert take(1) == []
        assert claims.soonest(channel="email", at=START) == START + claims.HELD
    assert claims.soonest(channel="email", at=START) is None, "it is under way"


def test_a_sweep_that_failed_is_not_tried_again_before_the_next(cast, monkeypatch):
    def broken(**told):
        raise ValueError("no")

    send(cast.on_duty)
    monkeypatch.setattr("accounts.actions.claims.take", broken)
    assert tasks.send_due("email") is None


@pytest.mark.parametrize("severity", [0, 2])
def test_what_a_killed_sender_held_comes_before_a_long_queue(cast, severity):
    """It was due no earlier than all the others."""
    people = [person(f"p{number}", "responder", HASHED) for number in range(8)]
    for who in people[4:]:
        send(who, severity=severity)
    held = take(4)
    for who in people[:4]:
        send(who, severity=severity)
    later = START + claims.LEASE
    assert told(claims.take(channel="email", at=later, most=4)) == told(held)


def test_everything_that_waits_for_one_person_leaves_together_however_long_the_queue(cast, monkeypatch):
    monkeypatch.setattr(claims, "MOST_SEEN", 2)
    for _ in range(5):
        for who in (cast.on_duty, cast.second, cast.manager):
            send(who)
    assert [len(call.deliveries) for call in take(2)] == [5, 5]


def test_one_call_tells_of_so_many_and_one_claim_of_little_more(cast, monkeypatch):
    monkeypatch.setattr(claims, "MOST_TOGETHER", 3)
    for _ in range(4):
        for who in (cast.on_duty, cast.second, cast.manager):
            send(who)
    assert [len(call.deliveries) for call in take(10)] == [3]
    untouched = ContactMethod.objects.filter(kind="email", paced_until=None)
    assert untouched.filter(person__in=[cast.on_duty, cast.second, cast.manager]).count() == 2
    assert [len(call.deliveries) for call in take(10)] == [3], "whom nothing was sent is not made to wait"


def test_handing_back_what_was_most_severe_leaves_the_pace_as_it_was(cast):
    send(cast.on_duty)
    take(1)
    send(cast.on_duty, severity=0)
    claims.hand_back(calls=take(1))
    send(cast.on_duty)
    assert [call.deliveries[0].message.severity for call in take(5)] == [0]


def test_a_claim_reads_no_more_of_a_long_queue_than_it_looks_ahead(cast, monkeypatch):
    """By a planner that has never seen the queue: nothing has been analysed. What leaves is met three times: found
    under its method, locked, written."""
    monkeypatch.setattr(claims, "MOST_SEEN", 100)
    people = [person(f"p{number}", "responder", HASHED) for number in range(100)]
    for _ in range(30):
        many(people)
    read = rows_read(most=8)
    assert max(read.values()) <= 3 * 8 * 30 + 2 * 100, read


def many(people):
    method_of = dict(ContactMethod.objects.filter(person__in=people).values_list("person", "pk"))
    sent = Message.objects.bulk_create(
        Message(
            to=who, urgency="high", severity=2, subject="S", text="T", link_to="page_link", link_label="Open",
            dedupe_key=uuid.uuid4().hex, created_at=START,
        )
        for who in people
    )  # fmt: skip
    Delivery.objects.bulk_create(
        Delivery(message=one, method_id=method_of[one.to_id], channel="email", due_at=START) for one in sent
    )


def rows_read(most):
    """How many rows the claim read of a table and its indexes, by the database's own account of this transaction."""
    before = read_so_far()
    take(most)
    return {table: rows - before[table] for table, rows in read_so_far().items()}


def read_so_far():
    tables = ("accounts_delivery", "accounts_contactmethod")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.relname, t.seq_tup_read + sum(pg_stat_get_xact_tuples_returned(i.indexrelid))
            FROM pg_stat_xact_user_tables t JOIN pg_index i ON i.indrelid = t.relid
            WHERE t.relname = ANY(%s) GROUP BY t.relname, t.seq_tup_read
            """,
            [list(tables)],
        )
        return dict(cursor.fetchall())


def test_two_processes_never_send_to_one_method_at_once(committed_cast):
    """Twenty messages for one person, claimed by four: one call, or the others wait for its pace."""
    for _ in range(20):
        send(committed_cast.on_duty)
    ready, taken = threading.Barrier(4), []

    def work():
        ready.wait()
        taken.extend(take(10))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(call.deliveries) for call in taken] == [20]
