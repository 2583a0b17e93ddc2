"""What Twilio calls back with: signed or refused, late, repeated, out of order; and answers by text and by key."""

from datetime import timedelta
from itertools import permutations
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from accounts import answering, clock
from accounts.actions import deliveries, messages, reach
from accounts.models import ContactMethod, Delivery, Message
from escalations.actions import escalations
from escalations.models import Page
from tests.stubs.twilio import signature

NUMBER = "+15550142"


@pytest.fixture
def phone(cast, twilio):
    return method_of(cast.on_duty, "sms")


def method_of(person, kind, number=NUMBER):
    """Their first way, verified."""
    person.contact_methods.filter(kind="email").update(position=9)
    return ContactMethod.objects.create(
        person=person, kind=kind, address=number, verified_at=clock.now(), position=0
    )


@pytest.fixture
def called_back(settings):
    def call(path, *, token=None, **fields):
        url = settings.BASE_URL + path
        signed = signature(url, fields, token) if token else signature(url, fields)
        return Client().post(path, fields, HTTP_X_TWILIO_SIGNATURE=signed)

    return call


@pytest.fixture
def reports(called_back):
    def call(delivery, status, **more):
        path = f"/twilio/{delivery.idempotency_key}/status/"
        return called_back(path, MessageSid="SM1", MessageStatus=status, **more).status_code

    return call


def sent(person, channel="sms", **told):
    """One page to them, on its way; its first delivery."""
    words = {"urgency": "high", "severity": 1, "subject": "SEV1 WF-1", "text": "T", "link_to": "page_link"}
    message = messages.send(
        to=person, link_label="Acknowledge", dedupe_key=str(uuid4()), at=clock.now(), **words | told
    )
    deliveries.send_due(channel=channel)
    return message.deliveries.get(channel=channel, attempt=1)


def test_delivered_is_kept_and_confirms(cast, phone, reports):
    delivery = sent(cast.on_duty)
    assert delivery.confirm_by is not None
    assert reports(delivery, "delivered") == 204
    delivery.refresh_from_db()
    assert (delivery.state, delivery.provider_status) == ("sent", "delivered")
    assert delivery.confirmed_at is not None


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "queued"])))
def test_what_we_know_never_goes_back_in_whatever_order_it_comes(cast, phone, reports, order):
    delivery = sent(cast.on_duty)
    for status in (*order, *order):
        assert reports(delivery, status) == 204
    delivery.refresh_from_db()
    assert (delivery.state, delivery.provider_status) == ("sent", "delivered")


def test_undelivered_after_delivered_is_not_believed(cast, phone, reports):
    delivery = sent(cast.on_duty)
    reports(delivery, "delivered")
    reports(delivery, "undelivered", ErrorCode="30003")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.provider_status) == ("sent", "delivered")


def test_undelivered_brings_the_next_way_forward_once(cast, phone, reports):
    delivery = sent(cast.on_duty)
    mail = delivery.message.deliveries.get(channel="email")
    assert mail.due_at > clock.now()
    for _ in range(2):
        reports(delivery, "undelivered", ErrorCode="30003")
    delivery.refresh_from_db()
    mail.refresh_from_db()
    assert (delivery.state, delivery.outcome) == ("failed", "undelivered (30003)")
    assert mail.due_at <= clock.now()
    assert delivery.message.deliveries.count() == 2


def test_the_providers_word_may_come_before_its_answer_is_written_down(cast, phone, reports):
    message = sent(cast.on_duty).message
    delivery = Delivery.objects.get(message=message, channel="sms")
    Delivery.objects.filter(pk=delivery.pk).update(
        state="sending", lease_until=clock.now(), ended_at=None, handed_at=None, provider_id=""
    )
    reports(delivery, "delivered")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.provider_id) == ("sending", "SM1")
    assert delivery.confirmed_at is not None


def test_a_cancelled_one_stays_cancelled(cast, phone, reports):
    delivery = sent(cast.on_duty)
    Delivery.objects.filter(pk=delivery.pk).update(state="cancelled")
    reports(delivery, "failed")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.provider_status) == ("cancelled", "failed")


def test_a_bad_signature_is_refused_and_changes_nothing(cast, phone, called_back):
    delivery = sent(cast.on_duty)
    path = f"/twilio/{delivery.idempotency_key}/status/"
    assert called_back(path, token="guess", MessageStatus="delivered").status_code == 403
    assert Client().post(path, {"MessageStatus": "delivered"}).status_code == 403
    assert called_back("/twilio/text/", token="guess", From=NUMBER, Body="ok").status_code == 403
    delivery.refresh_from_db()
    assert delivery.provider_status == ""


def test_without_a_provider_every_callback_is_refused(db, allow, called_back):
    assert called_back("/twilio/text/", From=NUMBER, Body="ok").status_code == 403


def test_something_unknown_is_taken_and_ignored(cast, phone, called_back, reports):
    assert called_back(f"/twilio/{uuid4()}/status/", MessageStatus="delivered").status_code == 204
    assert reports(sent(cast.on_duty), "dreaming") == 204


def test_an_address_behind_a_query_is_signed_with_it(cast, phone, called_back):
    assert called_back("/twilio/text/?a=b&c=d", From="+1999", Body="ok").status_code == 200


# -- answers ---------------------------------------------------------------------------------------
@pytest.fixture
def texted(called_back):
    def text(words, number=NUMBER):
        answer = called_back("/twilio/text/", From=number, Body=words, MessageSid="SM9")
        assert answer.status_code == 200
        return answer.content.decode()

    return text


@pytest.fixture
def paged(cast, phone):
    """An incident that has paged whoever is on duty, by text."""
    incident = cast.report(at=clock.now())
    escalations.fire_due()
    deliveries.send_due(channel="sms")
    return Page.objects.get(incident=incident)


def code_for(page):
    first = page.message.deliveries.get(channel="sms", attempt=1)
    return answering.code_for(first.bundle or first.idempotency_key)


def test_a_text_with_the_code_acknowledges(paged, texted):
    assert "Acknowledged" in texted(f"ok {code_for(paged)}!")
    paged.refresh_from_db()
    assert paged.state == "acknowledged"
    assert paged.incident.acknowledged_at is not None


def test_any_words_acknowledge_the_only_page_that_waits(paged, texted):
    assert "Acknowledged" in texted("On it")
    paged.refresh_from_db()
    assert paged.state == "acknowledged"


def test_the_second_answer_is_told_that_it_came_too_late(paged, texted):
    texted(code_for(paged))
    assert "ended already" in texted(code_for(paged))


def test_a_wrong_code_acknowledges_nothing(paged, texted):
    wrong = str((int(code_for(paged)) - 1000 + 1) % 9000 + 1000)
    assert "No page has this code" in texted(wrong)
    paged.refresh_from_db()
    assert paged.state == "waiting"


def test_a_strangers_text_is_not_answered(paged, texted):
    assert texted(code_for(paged), number="+15559999") == "<Response></Response>"
    paged.refresh_from_db()
    assert paged.state == "waiting"


def test_somebody_deactivated_answers_nothing(cast, paged, texted):
    cast.on_duty.is_active = False
    cast.on_duty.save()
    assert texted(code_for(paged)) == "<Response></Response>"


def test_with_several_waiting_the_code_says_which(cast, phone, texted):
    for _ in range(2):
        only = sent(cast.on_duty, severity=0)
    assert "Several pages wait" in texted("ok")
    assert only.message.settled_at is None


def test_yesterdays_page_is_not_answered_today(paged, texted, pass_time):
    pass_time(timedelta(hours=25))
    assert texted(code_for(paged)) == "<Response></Response>"


def test_a_test_page_is_answered_too(cast, phone, texted):
    message = reach.try_out(person=cast.on_duty, method=phone, at=clock.now())
    deliveries.send_due(channel="sms")
    assert "Acknowledged" in texted("ok")
    assert Message.objects.get(pk=message.pk).settled_because == "arrived"


def test_the_key_1_during_a_call_acknowledges_and_no_other(cast, twilio, called_back):
    method_of(cast.on_duty, "voice")
    delivery = sent(
        cast.on_duty, "voice", urgency="check", only_method=method_of(cast.on_duty, "voice", "+15550143")
    )
    action = urlsplit(twilio.take_one().made["Twiml"].partition('action="')[2].partition('"')[0]).path
    assert "not 1" in called_back(action, Digits="2", CallSid="CA1").content.decode()
    assert "Acknowledged" in called_back(action, Digits="1", CallSid="CA1").content.decode()
    assert Message.objects.get(pk=delivery.message_id).settled_at is not None
    assert (
        called_back(f"/twilio/{uuid4()}/key/", Digits="1").content.decode()
        == "<Response><Hangup/></Response>"
    )


def test_a_call_nobody_answers_makes_way(cast, twilio, called_back):
    method_of(cast.on_duty, "voice")
    delivery = sent(cast.on_duty, "voice")
    path = f"/twilio/{delivery.idempotency_key}/status/"
    for status in ("initiated", "ringing", "no-answer"):
        called_back(path, CallSid="CA1", CallStatus=status)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.outcome) == ("failed", "no-answer")
    assert delivery.message.deliveries.get(channel="email").due_at <= clock.now()
