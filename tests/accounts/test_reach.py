"""How somebody wants to be reached: methods that count once a code came back, their order, rules, trying out."""

import re
from datetime import time, timedelta

import pytest

from accounts import links, sealed
from accounts.actions import deliveries, messages, reach, verification
from accounts.models import (
    AuditEvent,
    ContactMethod,
    Delivery,
    Message,
    NotificationRule,
    User,
    VerificationCode,
)
from tests.cast import START


@pytest.fixture
def phone(cast, twilio):
    return reach.add(person=cast.on_duty, kind="sms", address="+15550142", at=START)


def code_of(stub) -> str:
    return re.search(r"\d{6}", stub.taken()[-1].made["Body"])[0]


def sent_code(method, twilio, at=START):
    verification.send_code(method=method, by=method.person, at=at)
    return code_of(twilio)


def usable(person):
    return list(ContactMethod.objects.usable().filter(person=person).order_by("position"))


def test_a_method_counts_once_its_code_came_back(cast, phone, twilio):
    code = sent_code(phone, twilio)
    assert phone not in usable(cast.on_duty)
    verification.verify(method=phone, code=f" {code[:3]} {code[3:]} ", by=cast.on_duty, at=START)
    assert phone in usable(cast.on_duty)
    told = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(told)[-2:] == ["contact_added", "contact_verified"]


def test_the_code_is_kept_nowhere(phone, twilio):
    code = sent_code(phone, twilio)
    assert code not in str(VerificationCode.objects.values())
    assert not Message.objects.filter(to=phone.person).exists()


def test_a_code_is_good_once_and_for_ten_minutes(cast, phone, twilio):
    code = sent_code(phone, twilio)
    with pytest.raises(verification.WrongCodeError):
        verification.verify(method=phone, code=code, by=cast.on_duty, at=START + verification.WORKS_FOR)
    verification.verify(method=phone, code=code, by=cast.on_duty, at=START)
    with pytest.raises(verification.WrongCodeError):
        verification.verify(method=phone, code=code, by=cast.on_duty, at=START)


def test_after_five_wrong_tries_the_right_code_opens_nothing(cast, phone, twilio):
    code = sent_code(phone, twilio)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(verification.MOST_TRIES):
        with pytest.raises(verification.WrongCodeError):
            verification.verify(method=phone, code=wrong, by=cast.on_duty, at=START)
    with pytest.raises(verification.WrongCodeError):
        verification.verify(method=phone, code=code, by=cast.on_duty, at=START)


def test_codes_follow_a_minute_apart_and_the_newest_alone_works(cast, phone, twilio):
    first = sent_code(phone, twilio)
    with pytest.raises(verification.TooSoonError):
        sent_code(phone, twilio, START + timedelta(seconds=59))
    later = START + timedelta(minutes=1)
    second = sent_code(phone, twilio, later)
    if first != second:
        with pytest.raises(verification.WrongCodeError):
            verification.verify(method=phone, code=first, by=cast.on_duty, at=later)
    verification.verify(method=phone, code=second, by=cast.on_duty, at=later)


def test_codes_to_one_number_after_another_come_to_an_end(cast, twilio):
    for number in range(verification.MOST_PLACES):
        method = reach.add(person=cast.on_duty, kind="sms", address=f"+155502{number:02}", at=START)
        sent_code(method, twilio)
        reach.remove(method=method, at=START)
    method = reach.add(person=cast.on_duty, kind="sms", address="+15550299", at=START)
    with pytest.raises(verification.TooSoonError, match="many places"):
        sent_code(method, twilio)
    sent_code(method, twilio, START + timedelta(hours=1))


def test_a_number_the_provider_refuses_is_said_at_once(cast, twilio):
    method = reach.add(person=cast.on_duty, kind="sms", address="+15005550001", at=START)
    with pytest.raises(verification.NotSentError, match="Check the address"):
        verification.send_code(method=method, by=cast.on_duty, at=START)
    twilio.behave("refuse")
    other = reach.add(person=cast.on_duty, kind="sms", address="+15550143", at=START)
    with pytest.raises(verification.NotSentError, match="Try again"):
        verification.send_code(method=other, by=cast.on_duty, at=START)


def test_secrets_are_sealed_and_forgotten_with_their_method(cast, webhook):
    method = reach.add(person=cast.on_duty, kind="webhook", address=webhook.url, secret="shared", at=START)
    assert "shared" not in method.sealed
    assert sealed.opened(method.sealed) == "shared"
    reach.remove(method=method, at=START)
    assert ContactMethod.objects.get(pk=method.pk).sealed == ""


def test_a_removed_method_leaves_what_waits_for_it_to_the_next(cast, phone, twilio, mailbox):
    verification.verify(method=phone, code=sent_code(phone, twilio), by=cast.on_duty, at=START)
    reach.choose_rules(person=cast.on_duty, delays={("high", phone.pk): 0})
    page(cast.on_duty)
    reach.remove(method=phone, at=START)
    deliveries.send_due(channel="sms")
    assert Delivery.objects.get(method=phone).outcome == "the contact method is no longer usable"
    deliveries.send_due(channel="email")
    assert mailbox.take_one().to == [cast.on_duty.email]


def test_added_again_it_begins_anew(cast, phone, twilio):
    verification.verify(method=phone, code=sent_code(phone, twilio), by=cast.on_duty, at=START)
    reach.remove(method=phone, at=START)
    again = reach.add(person=cast.on_duty, kind="sms", address="+15550142", at=START)
    assert again.pk == phone.pk
    assert not again.is_usable
    assert again.disabled_at is None
    with pytest.raises(reach.AlreadyThereError):
        reach.add(person=cast.on_duty, kind="sms", address="+15550142", at=START)


def test_nobody_has_more_ways_than_anybody_needs(cast):
    for number in range(reach.MOST_METHODS - 1):  # the address they sign in with is one
        reach.add(person=cast.on_duty, kind="sms", address=f"+1555{number:04}", at=START)
    with pytest.raises(reach.TooManyError):
        reach.add(person=cast.on_duty, kind="sms", address="+15559999", at=START)


def test_the_order_is_theirs(cast, phone):
    mail = cast.on_duty.contact_methods.get(kind="email")
    reach.move(method=phone, by=-1)
    assert list(cast.on_duty.contact_methods.kept()) == [phone, mail]
    reach.move(method=phone, by=-1)
    reach.move(method=phone, by=1)
    assert list(cast.on_duty.contact_methods.kept()) == [mail, phone]


def test_rules_name_ones_own_methods_alone(cast, phone):
    others = cast.second.contact_methods.get()
    reach.choose_rules(
        person=cast.on_duty, delays={("high", phone.pk): 60, ("low", phone.pk): None, ("high", others.pk): 0}
    )
    rule = NotificationRule.objects.get()
    assert (rule.method, rule.urgency, rule.delay) == (phone, "high", 60)
    reach.choose_rules(person=cast.on_duty, delays={("high", phone.pk): None})
    assert not NotificationRule.objects.exists()


def test_quiet_hours_are_kept_as_given(cast):
    reach.choose_quiet_hours(person=cast.on_duty, starts=time(22), ends=time(7))
    assert User.objects.get(pk=cast.on_duty.pk).quiet_from == time(22)
    with pytest.raises(reach.NoHoursError):
        reach.choose_quiet_hours(person=cast.on_duty, starts=time(20), ends=time(20))
    assert User.objects.get(pk=cast.on_duty.pk).quiet_until == time(7)
    reach.choose_quiet_hours(person=cast.on_duty, starts=None, ends=None)
    assert User.objects.get(pk=cast.on_duty.pk).quiet_from is None


def test_a_test_page_goes_to_one_method_and_says_that_it_arrived(cast, phone, twilio):
    message = reach.try_out(person=cast.on_duty, method=phone, at=START)
    deliveries.send_due(channel="sms")
    assert "Test page" in twilio.take_one().made["Body"]
    assert reach.arrived(token=links.token_for(message.pk), at=START) == message
    assert Message.objects.get(pk=message.pk).settled_because == "arrived"


def test_test_pages_do_not_pile_up(cast, phone):
    reach.try_out(person=cast.on_duty, method=phone, at=START)
    with pytest.raises(reach.NotNowError):
        reach.try_out(person=cast.on_duty, method=phone, at=START)


def test_the_link_of_a_page_is_no_test_pages(cast):
    assert reach.arrived(token=links.token_for(page(cast.on_duty).pk), at=START) is None
    assert reach.arrived(token="guess", at=START) is None


def page(person, severity=1):
    return messages.send(
        to=person, urgency="high", severity=severity, subject="SEV1 WF-1", text="T", link_to="page_link",
        link_label="Acknowledge", dedupe_key=f"page-{Message.objects.count()}", at=START,
    )  # fmt: skip
