"""Browser notifications against a push service that checks and decrypts as the real ones and browsers do."""

import json

import pytest

from accounts.channels import PermanentError, TemporaryError, push


@pytest.fixture
def browser(pushes):
    return pushes.subscribe(push.public_key())


def test_a_notification_reaches_the_browser_that_subscribed(pushes, browser, outgoing):
    page = outgoing("Firefox", secret=json.dumps(browser))
    receipt = push.send(page)
    made = pushes.take_one().made
    assert made["shown"] == {
        "title": page.subject, "body": "Acknowledge", "url": page.url, "tag": str(page.idempotency_key),
    }  # fmt: skip
    assert made["urgency"] == "high"
    assert receipt.provider_id.startswith(pushes.url)


def test_a_browser_that_took_its_consent_back_is_permanent(pushes, browser, outgoing):
    pushes.unsubscribe(browser)
    with pytest.raises(PermanentError, match="HTTP 410"):
        push.send(outgoing(secret=json.dumps(browser)))


def test_a_browser_subscribed_under_another_key_refuses_us(pushes, browser, outgoing, settings):
    settings.SECRET_KEY = "another-" + "y" * 50
    with pytest.raises(PermanentError, match="HTTP 403"):
        push.send(outgoing(secret=json.dumps(browser)))


@pytest.mark.parametrize("status", [429, 503])
def test_a_push_service_that_is_away_may_be_asked_again(pushes, browser, outgoing, status):
    pushes.behave("refuse", status=status)
    with pytest.raises(TemporaryError):
        push.send(outgoing(secret=json.dumps(browser)))


def test_a_subscription_that_points_inside_is_not_sent_to(pushes, browser, outgoing, allow):
    allow()
    with pytest.raises(PermanentError, match="only https"):
        push.send(outgoing(secret=json.dumps(browser)))
    assert pushes.calls == []


@pytest.mark.parametrize(
    "secret", ["", "{}", "no json", '{"endpoint": "https://x", "keys": {"p256dh": "é", "auth": "a"}}']
)
def test_a_subscription_that_cannot_be_read_is_permanent(outgoing, allow, secret):
    with pytest.raises(PermanentError):
        push.send(outgoing(secret=secret))


def test_one_that_leads_elsewhere_is_not_followed(pushes, browser, outgoing):
    pushes.behave("lead", to=f"{pushes.url}/elsewhere")
    with pytest.raises((PermanentError, TemporaryError)):
        push.send(outgoing(secret=json.dumps(browser)))
    assert [call.path for call in pushes.calls] == [browser["endpoint"].removeprefix(pushes.url)]
