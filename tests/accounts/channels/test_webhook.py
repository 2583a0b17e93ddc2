"""Webhooks against a receiver that checks the signature by what it holds."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.channels import PermanentError, TemporaryError
from accounts.channels import webhook as channel


def sent(webhook, outgoing, **told):
    return channel.send(outgoing(f"{webhook.url}/page", secret="shared", **told))


def test_a_webhook_is_signed_and_says_how_many_pages_it_tells_of(webhook, outgoing):
    receipt = sent(webhook, outgoing, waiting=3)
    made = webhook.take_one().made
    assert (made["subject"], made["waiting"], made["label"]) == (
        "SEV1 WF-7K2M4Q: you are being paged",
        3,
        "Acknowledge",
    )
    assert made["key"] == made["id"] == receipt.provider_id
    assert not receipt.confirms


def test_the_signature_is_stamped_by_the_one_clock_and_not_by_this_machines(webhook, outgoing):
    """A worker whose clock is five minutes slow signs what its receivers accept."""
    webhook.ahead = 3600
    sent(webhook, outgoing, at=datetime.now(UTC) + timedelta(hours=1))
    webhook.take_one()


def test_a_receiver_with_another_secret_refuses_for_good(webhook, outgoing):
    with pytest.raises(PermanentError, match="HTTP 401"):
        channel.send(outgoing(webhook.url, secret="other"))


def test_a_webhook_without_a_secret_does_not_leave(webhook, outgoing):
    with pytest.raises(PermanentError, match="no secret"):
        channel.send(outgoing(webhook.url))
    assert webhook.calls == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [(500, TemporaryError), (429, TemporaryError), (404, PermanentError), (410, PermanentError)],
)
def test_what_a_status_means(webhook, outgoing, status, kind):
    webhook.behave("refuse", status=status)
    with pytest.raises(kind, match=f"HTTP {status}"):
        sent(webhook, outgoing)


@pytest.mark.parametrize("body", ['{"ok": false}', '{"success": false}', '{"error": "no such room"}'])
def test_200_with_an_error_in_the_body_is_a_failure(webhook, outgoing, body):
    webhook.behave("well", body=body)
    with pytest.raises(TemporaryError, match="error in the answer"):
        sent(webhook, outgoing)


@pytest.mark.parametrize("body", ["", "fine", "[1]", '{"ok": true}', "[" * 60_000])
def test_any_other_200_is_taken(webhook, outgoing, body):
    webhook.behave("well", body=body)
    sent(webhook, outgoing)


def test_one_that_leads_elsewhere_is_refused(webhook, outgoing):
    webhook.behave("lead", to="https://elsewhere.example/")
    with pytest.raises(PermanentError, match="not followed"):
        sent(webhook, outgoing)
