"""Chat through Apprise, against a service that speaks ntfy's protocol."""

import logging
import threading

import pytest

from accounts.channels import PermanentError, TemporaryError, chat


def test_a_page_stands_in_the_room_with_its_link(chat_room, outgoing):
    page = outgoing("ntfy", secret=chat_room.address())
    chat.send(page)
    made = chat_room.take_one().made
    assert (made["topic"], made["title"]) == ("pages", page.subject)
    assert made["message"] == f"Acknowledge\n{page.url}"


@pytest.mark.parametrize("status", [401, 404])
def test_a_service_that_does_not_know_us_is_permanent(chat_room, outgoing, status):
    chat_room.behave("refuse", status=status)
    with pytest.raises(PermanentError, match=f"error={status}"):
        chat.send(outgoing(secret=chat_room.address()))


def test_a_service_that_is_away_may_be_asked_again(chat_room, outgoing):
    chat_room.behave("refuse", status=503)
    with pytest.raises(TemporaryError, match="did not take it"):
        chat.send(outgoing(secret=chat_room.address()))


def test_a_service_that_hangs_is_left_after_its_time(chat_room, outgoing, monkeypatch):
    monkeypatch.setattr("accounts.channels.egress.SECONDS", 0.4)
    monkeypatch.setitem(chat.egress.guarded.__wrapped__.__kwdefaults__, "seconds", 0.4)
    chat_room.behave("hang", seconds=5)
    with pytest.raises(TemporaryError, match="no answer in time"):
        chat.send(outgoing(secret=chat_room.address()))


def test_apprise_is_guarded_as_well(chat_room, outgoing, allow):
    allow()
    with pytest.raises(PermanentError, match="only https"):
        chat.send(outgoing(secret=chat_room.address()))
    assert chat_room.calls == []


def test_apprise_is_led_nowhere(chat_room, outgoing):
    chat_room.behave("lead", to=f"{chat_room.url}/elsewhere")
    with pytest.raises((TemporaryError, PermanentError)):
        chat.send(outgoing(secret=chat_room.address() + "?redirect=yes"))
    assert len(chat_room.calls) == 1


@pytest.mark.parametrize(
    "url",
    [
        "", "nonsense", "json://127.0.0.1/", "mailto://a:b@example.com", "syslog://", "dbus://", "file:///etc/passwd",
        "slack://", "ntfys://ntfy.example/topic?verify=no", "twilio://a:b@+15550100", "email://x",
    ],
)  # fmt: skip
def test_only_services_that_carry_words_over_https_are_offered(url, outgoing):
    assert chat.service(url) is None
    with pytest.raises(PermanentError):
        chat.send(outgoing(secret=url))


@pytest.mark.parametrize(
    "url",
    ["tgram://123456789:abcdefg_hijklmnop/12315544/", "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"],
)
def test_the_services_people_use_are_understood(url):
    assert chat.service(url) is not None


def test_what_another_thread_hears_is_not_mistaken_for_ours():
    with chat._overheard() as heard:
        other = threading.Thread(target=logging.getLogger("apprise").warning, args=("error=403",))
        other.start()
        other.join()
        logging.getLogger("apprise").warning("ours")
    assert heard.words == "ours\n"
