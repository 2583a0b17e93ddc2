"""The outbox under real SMTP: claims, leases, fences, retries, other methods, silence once settled."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from accounts import clock
from accounts.actions import deliveries, messages
from accounts.channels import PermanentError, Receipt, TemporaryError
from accounts.models import ContactMethod, Delivery, SweepFailure
from devstack.ports import free_port
from tests.cast import HASHED, START, person


@pytest.fixture
def message(cast):
    return messages.send(
        to=cast.on_duty,
        urgency="notice",
        subject="Subject",
        text="Text.",
        link_to="page_link",
        link_label="Open",
        dedupe_key="one",
        at=START,
    )


def attempt(claimed, at=START):
    return deliveries.attempt(claimed=claimed, at=at, ended_at=lambda: at)


@pytest.fixture
def provider_says(monkeypatch):
    def says(answer):
        def send(outgoing):
            raise answer

        monkeypatch.setitem(deliveries.SENDERS, "email", send)

    return says


def test_a_delivery_leaves_by_smtp_with_its_key_as_message_id(message, mailbox):
    claimed = deliveries.claim(channel="email", at=START)
    assert attempt(claimed)
    mail = mailbox.take_one()
    sent = Delivery.objects.get()
    assert (mail.subject, sent.state, sent.provider_status) == ("Subject", "sent", "250 kept")
    assert sent.provider_id == f"<{sent.idempotency_key}@watchfloor>"


@pytest.mark.parametrize(
    ("urgency", "language", "said"),
    [
        ("high", "en", "It works without signing in and ends with the page."),
        ("notice", "en", "The link opens once you have signed in."),
        ("low", "ru", "Она работает без входа, пока вызов не завершён."),
        ("notice", "ru", "Ссылка откроется после входа."),
    ],
)
def test_a_mail_says_what_its_link_asks_for(cast, message, mailbox, urgency, language, said):
    cast.on_duty.language = language
    cast.on_duty.save()
    message.urgency = urgency
    message.save()
    assert attempt(deliveries.claim(channel="email", at=START))
    mail = mailbox.take_one()
    assert said in mail.text
    assert said in mail.html
    others = ("without signing in", "signed in", "без входа", "после входа")
    assert sum(words in mail.text for words in others) == 1


def test_the_same_dedupe_key_is_the_same_message(cast, message):
    again = messages.send(
        to=cast.on_duty, urgency="notice", subject="S", text="T", link_to="page_link", link_label="Open",
        dedupe_key="one", at=START,
    )  # fmt: skip
    assert again == message
    assert Delivery.objects.count() == 1


def test_somebody_with_no_verified_method_cannot_be_promised_anything(cast):
    ContactMethod.objects.filter(person=cast.second).update(verified_at=None)
    with pytest.raises(messages.UnreachableError):
        messages.send(
            to=cast.second, urgency="high", subject="S", text="T", link_to="page_link", link_label="Open",
            dedupe_key="two", at=START,
        )  # fmt: skip


def test_a_claimed_delivery_is_nobody_elses_until_its_lease_ends(message):
    first = deliveries.claim(channel="email", at=START)
    assert deliveries.claim(channel="email", at=START) is None
    second = deliveries.claim(channel="email", at=START + deliveries.LEASE)
    [before], [after] = first.deliveries, second.deliveries
    assert (after.pk, after.fence, second.key) == (before.pk, 2, first.key)


def test_what_the_database_kept_from_leaving_waits_for_no_lease(message, mailbox, monkeypatch):
    with monkeypatch.context() as gone:
        gone.setattr("accounts.actions.deliveries._look", database_away)
        with pytest.raises(OperationalError):
            deliveries.send_due(channel="email")
    assert Delivery.objects.get().state == "sending"
    assert deliveries.send_due(channel="email") == 1
    mailbox.take_one()


def database_away(*told):
    raise OperationalError("the database is away")


def test_an_outcome_whose_lease_was_taken_over_is_refused(message, mailbox):
    stale = deliveries.claim(channel="email", at=START)
    fresh = deliveries.claim(channel="email", at=START + deliveries.LEASE)
    assert attempt(stale) is False
    assert attempt(fresh, START + deliveries.LEASE) is True
    assert len(mailbox.take()) == 1


def test_what_the_provider_said_at_once_is_kept_and_cut(message, monkeypatch):
    monkeypatch.setitem(
        deliveries.SENDERS, "email", lambda outgoing: Receipt("id", said="250 Ok: " + "x" * 60)
    )
    attempt(deliveries.claim(channel="email", at=START))
    assert Delivery.objects.get().provider_status == "250 Ok: " + "x" * 32


def test_a_callback_that_was_quicker_is_not_written_over_with_nothing(message, monkeypatch):
    def send(outgoing):
        Delivery.objects.update(provider_status="delivered")
        return Receipt("id")

    monkeypatch.setitem(deliveries.SENDERS, "email", send)
    attempt(deliveries.claim(channel="email", at=START))
    assert Delivery.objects.get().provider_status == "delivered"


def test_a_temporary_failure_is_tried_again_later(message, provider_says):
    provider_says(TemporaryError("451 later"))
    attempt(deliveries.claim(channel="email", at=START))
    failed, retry = Delivery.objects.order_by("attempt")
    assert (failed.state, failed.outcome) == ("failed", "451 later")
    assert (retry.state, retry.attempt, retry.due_at) == ("queued", 2, START + deliveries.BACK_OFF[0])


def test_a_refused_connection_is_a_temporary_failure(message, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    attempt(deliveries.claim(channel="email", at=START))
    assert list(Delivery.objects.order_by("attempt").values_list("state", flat=True)) == ["failed", "queued"]


def test_a_permanent_failure_moves_to_the_next_method_at_once(cast, message, provider_says):
    other = ContactMethod.objects.create(
        person=cast.on_duty, kind="email", address="other@cast.example", position=1, verified_at=START
    )
    provider_says(PermanentError("550 no such user"))
    attempt(deliveries.claim(channel="email", at=START))
    assert Delivery.objects.get(state="queued").method == other


def test_our_own_fault_is_recorded_and_retried(message, provider_says, caplog):
    provider_says(RuntimeError("bug"))
    attempt(deliveries.claim(channel="email", at=START))
    assert Delivery.objects.get(state="failed").outcome == "internal: RuntimeError"
    assert "failed on our side" in caplog.text


def test_nothing_leaves_once_settled(message, mailbox):
    claimed = deliveries.claim(channel="email", at=START)
    messages.settle(messages=[message], at=START, because="done")
    assert attempt(claimed) is False
    assert Delivery.objects.get().state == "cancelled"


def test_a_method_disabled_while_queued_is_not_used(cast, message, mailbox):
    claimed = deliveries.claim(channel="email", at=START)
    ContactMethod.objects.update(disabled_at=START)
    attempt(claimed)
    assert Delivery.objects.get().outcome == "the contact method is no longer usable"


def test_the_watchdogs_grace_leaves_fresh_deliveries_to_the_workers(message):
    grace = timedelta(seconds=2)
    assert deliveries.claim(channel="email", at=START + timedelta(seconds=1), grace=grace) is None
    assert deliveries.claim(channel="email", at=START + grace, grace=grace) is not None


def test_two_workers_never_claim_one_delivery(committed_cast):
    for number in range(10):
        messages.send(
            to=person(f"p{number}", "responder", HASHED), urgency="notice", subject="S", text="T",
            link_to="page_link", link_label="Open", dedupe_key=f"race-{number}", at=START,
        )  # fmt: skip
    claimed, ready = [], threading.Barrier(2)

    def work():
        ready.wait()
        while delivery := deliveries.claim(channel="email", at=START):
            claimed.extend(row.pk for row in delivery.deliveries)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(claimed) == len(set(claimed)) == 10


def test_the_clock_is_the_databases_and_a_harness_can_move_it(db, pass_time):
    before = clock.now()
    pass_time(timedelta(hours=3))
    assert timedelta(hours=3) <= clock.now() - before < timedelta(hours=3, minutes=1)


def test_one_that_cannot_be_attempted_at_all_holds_up_no_other(cast, message, mailbox, monkeypatch, caplog):
    other = messages.send(
        to=cast.second, urgency="notice", subject="Other", text="T", link_to="page_link", link_label="Open",
        dedupe_key="two", at=START,
    )  # fmt: skip

    def looking(asked, at):
        if message in asked:
            raise ValueError("year 10000 is out of range")
        return {}

    monkeypatch.setattr("accounts.guards.objections", looking)
    monkeypatch.setattr(deliveries, "BACK_OFF", [timedelta(hours=1)])
    assert deliveries.send_due(channel="email") == 2
    assert mailbox.take_one().to == [cast.second.email]
    assert other.deliveries.get().state == "sent"
    failed, again = message.deliveries.order_by("attempt")
    assert (failed.state, failed.outcome, again.state) == ("failed", "internal: ValueError", "queued")
    assert SweepFailure.objects.get().sweep == "email"
    assert "cannot be judged" in caplog.text
