"""Texts and calls against a stub that speaks Twilio's REST API."""

from urllib.parse import parse_qs

import pytest

from accounts.channels import PermanentError, TemporaryError, registry, sms, voice
from accounts.channels import twilio as api
from config import outbound
from tests.stubs.twilio import ACCOUNT, TOKEN, signature


def test_a_text_says_what_to_answer_and_where_and_takes_twilios_id(twilio, outgoing):
    page = outgoing("+15550142", reply="4821")
    receipt = sms.send(page)
    made = twilio.take_one().made
    assert receipt.provider_id == made["sid"]
    assert receipt.confirms
    assert (made["From"], made["To"]) == ("+15550100", "+15550142")
    assert made["Body"] == "\n".join([page.subject, "Reply 4821 to acknowledge.", page.url])
    assert made["StatusCallback"].endswith(f"/twilio/{page.idempotency_key}/status/")


def test_a_text_that_asks_for_no_answer_names_none(outgoing):
    assert "Reply" not in sms.words(outgoing("+15550142"))


def test_a_text_speaks_its_readers_language(outgoing):
    assert "4821" in (words := sms.words(outgoing("+1", reply="4821", language="ru")))
    assert "Reply" not in words


def test_a_messaging_service_sends_in_a_numbers_place(twilio, allow, outgoing):
    allow(twilio.setting(sender="MG123"))
    sms.send(outgoing("+15550142"))
    assert twilio.take_one().made["MessagingServiceSid"] == "MG123"
    with pytest.raises(PermanentError, match="no number to call from"):
        voice.send(outgoing("+15550142"))


@pytest.mark.parametrize("number", ["+15005550001", "+15005550004", "+15005550009"])
def test_a_number_twilio_will_never_reach_is_permanent(twilio, outgoing, number):
    with pytest.raises(PermanentError, match="Twilio 21"):
        sms.send(outgoing(number))


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_provider_that_is_away_may_be_asked_again(twilio, outgoing, status):
    twilio.behave("refuse", status=status)
    with pytest.raises(TemporaryError, match=f"HTTP {status}"):
        sms.send(outgoing("+15550142"))


def test_an_account_twilio_refuses_is_no_fault_of_the_number(twilio, allow, outgoing):
    allow(twilio.setting().replace(TOKEN, "other"))
    with pytest.raises(TemporaryError, match="refuses our account"):
        sms.send(outgoing("+15550142"))


def test_a_provider_that_hangs_is_left_after_its_time(twilio, outgoing, monkeypatch):
    monkeypatch.setattr("accounts.channels.egress.SECONDS", 0.3)
    monkeypatch.setitem(api.egress.post.__kwdefaults__, "seconds", 0.3)
    twilio.behave("hang", seconds=5)
    with pytest.raises(TemporaryError, match="no answer in time"):
        sms.send(outgoing("+15550142"))


@pytest.mark.parametrize(
    "body",
    ['{"sid": "SM1", "status": "failed", "error_code": 30001}', '{"status": "queued"}', "<html>", "[]"],
)
def test_taken_and_failed_in_one_answer_is_a_failure(twilio, outgoing, body):
    twilio.behave("well", body=body)
    with pytest.raises(TemporaryError, match="took it and failed it"):
        sms.send(outgoing("+15550142"))


def test_a_call_spells_the_code_and_takes_a_key(twilio, outgoing):
    page = outgoing("+15550142", reply="4821")
    voice.send(page)
    made = twilio.take_one().made
    assert made["Twiml"].count("W F, 7 K 2 M 4 Q: you are being paged. Press 1 to acknowledge.") == 3
    assert f"/twilio/{page.idempotency_key}/key/" in made["Twiml"]
    assert made["StatusCallbackEvent"] == ["initiated", "ringing", "answered", "completed"]


def test_a_call_in_russian_is_said_by_a_russian_voice(outgoing):
    assert '<Say language="ru-RU">' in voice.script(outgoing("+1", language="ru", reply="1"))


def test_what_is_said_cannot_be_markup(outgoing):
    script = voice.script(outgoing("+1", subject="<Hangup/> & more"))
    assert "&lt;Hangup/&gt; &amp; more" in script
    assert "<Gather" not in script


def test_without_a_provider_texts_are_not_offered_and_what_is_queued_moves_on(allow, outgoing):
    assert {"sms", "voice"}.isdisjoint(registry.offered())
    with pytest.raises(PermanentError):
        sms.send(outgoing("+15550142"))


def test_a_signature_is_over_the_address_and_every_field(twilio):
    url, fields = "https://a.example/twilio/status/", {"MessageSid": "SM1", "Body": "hé"}
    posted = parse_qs("MessageSid=SM1&Body=h%C3%A9")
    assert api.is_signed(url, posted, signature(url, fields))
    assert not api.is_signed(url + "x", posted, signature(url, fields))
    assert not api.is_signed(url, posted | {"Body": ["other"]}, signature(url, fields))
    assert not api.is_signed(url, posted, signature(url, fields, token="guess"))
    assert not api.is_signed(url, posted, "")


def test_twilios_own_example_of_a_signature_is_accepted(allow):
    """From the tests of Twilio's own library."""
    allow("twilio://AC1:12345@api.twilio.com?from=+15550100")
    posted = {
        "CallSid": ["CA1234567890ABCDE"], "Caller": ["+14158675309"], "Digits": ["1234"],
        "From": ["+14158675309"], "To": ["+18005551212"],
    }  # fmt: skip
    assert api.is_signed(
        "https://mycompany.com/myapp.php?foo=1&bar=2", posted, "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    )


def test_the_setting_reads_numbers_secrets_and_allowed_hosts():
    told = outbound.read(
        ["twilio://AC1:to%2Cken@api.twilio.com?from=+1555&voice=+1666", "allow://Hooks.Internal:8080"]
    )
    assert told.twilio == outbound.Twilio("https://api.twilio.com", "AC1", "to,ken", "+1555", "+1666")
    assert told.allowed == {"hooks.internal:8080"}


@pytest.mark.parametrize("part", ["twilio://api.twilio.com", "twilio://a:secret@host", "ftp://x", "allow://"])
def test_a_setting_that_cannot_be_read_is_refused_without_its_secrets(part):
    with pytest.raises(outbound.OutboundError) as refused:
        outbound.read([part])
    assert "secret" not in str(refused.value)


def test_the_account_is_the_one_that_was_set(twilio):
    assert api.account().account == ACCOUNT
