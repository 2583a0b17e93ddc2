"""The pages on which somebody says how to reach them, from the form to the stub and back."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock, links
from accounts.actions import deliveries, reach
from accounts.channels import push
from accounts.models import ContactMethod, Delivery, Message, NotificationRule, User


@pytest.fixture
def me(cast, signed_in):
    return signed_in(cast.on_duty)


def mine(cast, kind):
    return ContactMethod.objects.kept().get(person=cast.on_duty, kind=kind)


def text_of(answer) -> str:
    return answer.content.decode()


def test_a_number_is_added_verified_and_tried_out(cast, me, twilio):
    answer = me.post("/account/reach/add/sms/", {"address": "00 353 (1) 555-0142", "label": "Work"})
    method = mine(cast, "sms")
    assert answer["Location"] == f"/account/reach/{method.pk}/"
    assert method.address == "+35315550142"
    assert "Not verified" in text_of(me.get("/account/reach/"))
    code = re.search(r"\d{6}", twilio.take_one().made["Body"])[0]
    assert me.post(answer["Location"], {"code": code})["Location"] == "/account/reach/"
    assert mine(cast, "sms").is_usable
    me.post(f"/account/reach/{method.pk}/test/")
    deliveries.send_due(channel="sms")
    assert "Test page" in twilio.taken()[-1].made["Body"]
    assert "Test page" in text_of(me.get("/account/reach/"))


def test_a_webhooks_secret_is_shown_once_and_signs(cast, me, webhook):
    shown = me.post("/account/reach/add/webhook/", {"address": webhook.url})
    secret = re.search(r'value="(whs_[^"]+)"', text_of(shown))[1]
    method = mine(cast, "webhook")
    assert secret not in text_of(me.get(f"/account/reach/{method.pk}/"))
    assert [call.took for call in webhook.calls] == [
        False
    ]  # it holds another secret, and so refuses the code
    webhook.options["secret"] = secret
    ContactMethod.objects.update(verified_at=clock.now())
    reach.try_out(person=cast.on_duty, method=method, at=clock.now())
    deliveries.send_due(channel="webhook")
    assert webhook.take_one().made["subject"] == "Test page: nothing has happened"


def test_a_browser_is_subscribed_by_what_it_gives(cast, me, pushes):
    told = json.dumps(pushes.subscribe(push.public_key()))
    page = me.get(
        "/account/reach/add/push/", headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/130.0"}
    )
    assert push.public_key() in text_of(page)
    assert 'value="Firefox, Linux"' in text_of(page)
    me.post("/account/reach/add/push/", {"subscription": told, "label": "Firefox, Linux"})
    code = re.match(r"\d{6}", pushes.take_one().made["shown"]["title"])[0]
    method = mine(cast, "push")
    assert "auth" not in method.address
    me.post(f"/account/reach/{method.pk}/", {"code": code})
    assert mine(cast, "push").is_usable


def test_a_chat_room_is_named_and_its_address_never_shown(cast, me, chat_room):
    me.post("/account/reach/add/chat/", {"secret": chat_room.address("secret-room")})
    assert re.match(r"\d{6} is your", chat_room.take_one().made["title"])
    assert mine(cast, "chat").address.startswith("ntfy · ")
    assert "secret-room" not in text_of(me.get("/account/reach/"))


SUBSCRIPTION = {"endpoint": "https://push.example/x", "keys": {"p256dh": "BA", "auth": "BA"}}


@pytest.mark.parametrize(
    ("kind", "told", "words"),
    [
        ("sms", {"address": "555 0142"}, "with a plus"),
        ("sms", {"address": ""}, "Give the number"),
        ("voice", {"address": "+0123456789"}, "with a plus"),
        ("email", {"address": "nobody"}, "valid email"),
        ("webhook", {"address": "http://hooks.example/"}, "begins with https"),
        ("webhook", {"address": "https://user:word@hooks.example/"}, "Leave name and password"),
        ("webhook", {"address": "https://[::1"}, "not an address"),
        ("webhook", {"address": "javascript:alert(1)"}, "begins with https"),
        ("webhook", {"address": "https://127.0.0.1/hook"}, "private network, and 127.0.0.1 is in"),
        ("webhook", {"address": "https://localhost:8443/"}, "ask whoever runs the console"),
        ("webhook", {"address": "https://[fd00::1]/"}, "Nothing is sent to a private network"),
        ("chat", {"secret": "json://127.0.0.1/"}, "no address of a service"),
        ("push", {"subscription": ""}, "Allow notifications"),
        ("push", {"subscription": "nonsense"}, "cannot be used"),
        ("push", {"subscription": json.dumps(SUBSCRIPTION)}, "cannot be used"),
        ("push", {"subscription": "[" * 1500}, "cannot be used"),
    ],
)
def test_bad_input_is_told_at_its_field_and_sends_nothing(cast, me, twilio, kind, told, words):
    answer = me.post(f"/account/reach/add/{kind}/", told)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert twilio.calls == []
    assert ContactMethod.objects.filter(person=cast.on_duty).count() == 1


def test_what_a_provider_refuses_is_told_and_can_be_removed(cast, me, twilio):
    answer = me.post("/account/reach/add/sms/", {"address": "+15005550001"}, follow=True)
    assert "Check the address" in text_of(answer)
    me.post(f"/account/reach/{mine(cast, 'sms').pk}/remove/")
    assert not ContactMethod.objects.kept().filter(person=cast.on_duty, kind="sms").exists()


def test_a_wrong_code_comes_back_to_its_field(cast, me, twilio):
    method = reach.add(person=cast.on_duty, kind="sms", address="+15550142", at=clock.now())
    answer = me.post(f"/account/reach/{method.pk}/", {"code": "000000"})
    assert (answer.status_code, "This is not the code" in text_of(answer)) == (422, True)


def test_kinds_that_are_not_set_up_or_unknown_are_not_there(cast, me, allow):
    for kind in ("sms", "voice", "pigeon"):
        assert me.get(f"/account/reach/add/{kind}/").status_code == 404
    assert "add/sms" not in text_of(me.get("/account/reach/"))


@pytest.mark.parametrize("act", ["", "code/", "test/", "switch/", "remove/", "move/"])
def test_another_persons_method_is_not_there(cast, signed_in, act):
    method = cast.on_duty.contact_methods.get()
    assert signed_in(cast.second).post(f"/account/reach/{method.pk}/{act}", {"to": "off"}).status_code == 404
    method.refresh_from_db()
    assert method.is_usable


def test_moving_a_way_leads_back_to_where_it_stands_now(cast, me):
    before = cast.on_duty.contact_methods.get()
    method = reach.add(
        person=cast.on_duty, kind="webhook", address="https://example.com/hook", at=clock.now()
    )
    answer = me.post(f"/account/reach/{method.pk}/move/", {"to": "up"})
    page, _, place = answer["Location"].partition("#")
    shown = text_of(me.get(page))
    assert shown.index(f'id="{place}"') < shown.index(f'id="way-{before.pk}"')


def test_rules_and_quiet_hours_are_saved_from_their_forms(cast, me):
    method = cast.on_duty.contact_methods.get()
    me.post("/account/reach/rules/", {f"high_{method.pk}": "60", f"low_{method.pk}": ""})
    assert NotificationRule.objects.get().delay == 60
    assert me.post("/account/reach/rules/", {f"high_{method.pk}": "7"}).status_code == 422
    me.post("/account/reach/quiet-hours/", {"starts": "22:00", "ends": "07:00"})
    assert str(User.objects.get(pk=cast.on_duty.pk).quiet_until) == "07:00:00"
    answer = me.post("/account/reach/quiet-hours/", {"starts": "22:00", "ends": ""})
    assert (answer.status_code, "Give both times" in text_of(answer)) == (422, True)
    answer = me.post("/account/reach/quiet-hours/", {"starts": "22:00", "ends": "22:00"})
    assert (answer.status_code, "an end that differs" in text_of(answer)) == (422, True)
    assert answer.context["quiet"].errors.keys() == {"ends"}
    me.post("/account/reach/quiet-hours/", {"starts": "", "ends": ""})
    assert User.objects.get(pk=cast.on_duty.pk).quiet_from is None


def test_without_a_rule_a_way_is_used_in_its_turn_and_beside_one_not_at_all(cast, me):
    own = cast.on_duty.contact_methods.get()
    told = {"kind": "sms", "address": "+15550123", "position": 1, "verified_at": own.verified_at}
    other = ContactMethod.objects.create(person=cast.on_duty, **told)
    assert text_of(me.get("/account/reach/")).count("in its turn</option>") == 4
    me.post("/account/reach/rules/", {f"high_{own.pk}": "60", f"high_{other.pk}": ""})
    shown = text_of(me.get("/account/reach/"))
    assert (shown.count("not used</option>"), shown.count("in its turn</option>")) == (2, 2)


def test_somebody_nobody_can_reach_is_warned_until_they_can_be(cast, me):
    method = cast.on_duty.contact_methods.get()
    me.post(f"/account/reach/{method.pk}/switch/", {"to": "off"})
    assert "No page can reach you" in text_of(me.get("/account/reach/"))
    me.post(f"/account/reach/{method.pk}/switch/", {"to": "on"})
    assert "No page can reach you" not in text_of(me.get("/account/reach/"))


def test_the_link_of_a_test_page_says_that_it_arrived_on_post_alone(cast, mailbox):
    message = reach.try_out(person=cast.on_duty, method=cast.on_duty.contact_methods.get(), at=clock.now())
    deliveries.send_due(channel="email")
    path = reverse("check_link", args=[links.token_for(message.pk)])
    assert path in mailbox.take_one().text
    assert "asked whether pages reach you" in text_of(Client().get(path))
    assert Message.objects.get(pk=message.pk).settled_at is None
    assert "Noted" in text_of(Client().post(path, follow=True))


HISTORY = [
    ({"state": "cancelled", "outcome": "acknowledged"}, "had acknowledged"),
    ({"state": "sent", "outcome": "accepted, not confirmed in time"}, "Unconfirmed"),
    ({"state": "sent", "provider_status": "delivered", "confirmed_at": "now"}, "Arrived"),
    ({"state": "failed", "provider_status": "no-answer"}, "nobody picked up"),
    ({"state": "failed", "outcome": "HTTP 503"}, "HTTP 503"),
    ({"state": "failed", "outcome": "the contact method is no longer usable"}, "disabled or removed"),
]


@pytest.mark.parametrize(("row", "words"), HISTORY)
def test_what_was_sent_says_what_became_of_it_and_why(cast, me, row, words):
    at = clock.now()
    reach.try_out(person=cast.on_duty, method=cast.on_duty.contact_methods.get(), at=at)
    told = row | ({"confirmed_at": at} if "confirmed_at" in row else {})
    Delivery.objects.update(ended_at=at, **told)
    assert words in text_of(me.get("/account/reach/"))


def test_the_page_asks_the_database_no_more_for_more(cast, me, django_assert_max_num_queries):
    for number in range(5):
        method = reach.add(
            person=cast.on_duty, kind="webhook", address=f"https://h.example/{number}", at=clock.now()
        )
        reach.try_out(person=cast.on_duty, method=method, at=clock.now() + timedelta(minutes=number))
    me.get("/account/reach/")
    with django_assert_max_num_queries(16):
        me.get("/account/reach/")


def test_the_service_worker_is_served_from_the_root(db):
    answer = Client().get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "notificationclick" in text_of(answer)
