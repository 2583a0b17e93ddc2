"""The live stream: who may listen, what reaches whom, and that what one may not see leaves no trace."""

import http.client
import time
from datetime import timedelta

import pytest
from django.db import transaction

from accounts import clock
from accounts.actions import clearances, people
from accounts.poke import poke_on_commit
from accounts.presence import people_in
from devstack.ports import free_port
from escalations.actions import escalations
from incidents.actions import grants, lifecycle, triage
from tests.cast import HASHED, START, person

BASE_URL = "http://127.0.0.1:8000"
QUICK = """
import uvicorn
from config.asgi import application
from config.stream import hub, presence
hub.LOOK_AGAIN_SECONDS, presence.GRACE_SECONDS, hub.PING_SECONDS = {look_again}, 0.2, 0.5
uvicorn.run(application, port={port}, log_level="warning")
"""


class Answer:
    """One open stream, read line by line. `heard` is every byte so far."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.response, self.heard = response, b""
        self.status, self.headers = response.status, response.headers

    def line(self, beginning: bytes) -> bytes:
        while not (line := self.response.readline()).startswith(beginning):
            assert line, "the stream ended"
            self.heard += line
        self.heard += line
        return line.strip()

    def pokes(self, count: int) -> list[str]:
        return [self.line(b"data").decode().removeprefix("data: ") for _ in range(count)]

    def quiet(self, seconds: float) -> bytes:
        """What came within this time, pings left out."""
        until, before = time.monotonic() + seconds, len(self.heard)
        while time.monotonic() < until:
            self.line(b": ping")
        return self.heard[before:].replace(b": ping\n\n", b"").replace(b": ping\n", b"").strip()


@pytest.fixture
def look_again() -> float:
    """Seconds after which a sight is looked at anew."""
    return 0.5


@pytest.fixture
def stream(committed_cast, another_process, look_again):
    """`stream(person's client, rooms)` opens the stream of a process that pings every half second."""
    port = free_port()
    process = another_process("-c", QUICK.format(port=port, look_again=look_again))
    opened = []

    def open_stream(client=None, *rooms, cookie="", origin=BASE_URL, ago=0) -> Answer:
        headers = {"Cookie": cookie_of(client) if client else cookie, "Origin": origin}
        until = time.monotonic() + 60
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                connection.request("GET", f"/stream/?rooms={','.join(rooms)}&ago={ago}", headers=headers)
                answer = connection.getresponse()
                if answer.status != 503:  # it has not heard from Redis yet
                    break
            except ConnectionRefusedError:
                pass
            connection.close()
            assert process.poll() is None, "the stream ended"
            assert time.monotonic() < until, "the stream did not start"
            time.sleep(0.05)
        opened.append(connection)
        found = Answer(answer)
        if answer.status == 200:
            assert found.line(b"retry") == b"retry: 2000"
        return found

    def close(at: int) -> None:
        opened[at].sock.close()
        opened[at].close()

    open_stream.close = close
    yield open_stream
    for connection in opened:
        connection.close()


def cookie_of(client) -> str:
    return f"session={client.cookies['session'].value}"


def test_only_somebody_signed_in_and_on_this_site_may_listen(stream, committed_cast, signed_in):
    client = signed_in(committed_cast.on_duty)
    assert stream().status == 401
    assert stream(cookie="session=forged").status == 401
    assert stream(client, origin="https://elsewhere.example").status == 401
    committed_cast.on_duty.is_active = False
    committed_cast.on_duty.save()
    assert stream(client).status == 401


def test_a_page_reaches_its_responders_open_browser_and_says_nothing_of_itself(
    stream, committed_cast, signed_in
):
    answer = stream(signed_in(committed_cast.on_duty))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/event-stream")
    incident = committed_cast.report(at=START)
    assert answer.line(b"event") == b"event: poke"
    assert answer.pokes(1) == [f"incident {incident.code}"]
    escalations.advance(at=START)
    assert set(answer.pokes(2)) == {"pages", f"incident {incident.code}"}
    assert b"school" not in answer.heard


def test_whoever_may_see_an_incident_hears_that_it_changed_and_nobody_else(stream, committed_cast, signed_in):
    cast = committed_cast
    manager, outsider = stream(signed_in(cast.manager)), stream(signed_in(cast.outsider))
    responder = stream(signed_in(cast.on_duty))
    csea = cast.report(harm_type="CS2")
    assert manager.pokes(1) == [f"incident {csea.code}"]
    lifecycle.acknowledge(incident=csea, by=cast.manager, at=clock.now())
    assert manager.pokes(1) == [f"incident {csea.code}"]
    assert (responder.quiet(1), outsider.quiet(1)) == (b"", b"")
    plain = cast.report()
    assert responder.pokes(1) == [f"incident {plain.code}"]
    assert outsider.quiet(1) == b""


def test_an_outsiders_stream_is_the_same_to_the_byte_whatever_happens(stream, committed_cast, signed_in):
    """With an incident they may not see that is declared, entered, granted and ended, and without."""
    cast = committed_cast
    csea = cast.report(harm_type="CS2")
    outsider, after = stream(signed_in(cast.outsider), csea.code, ago=60_000), []
    assert outsider.quiet(1) == b""
    stream(signed_in(cast.manager), csea.code)
    told = {"permission": "reveal", "source": "manual", "reason": "test", "at": clock.now()}
    grants.give(incident=csea, person=cast.outsider, **told)  # without the clearance it opens nothing
    triage.decline(incident=csea, reason="test", by=cast.manager, at=clock.now())
    after.append(outsider.quiet(1.5))
    assert after == [b""]
    assert set(outsider.heard.split(b"\n")) == {b"retry: 2000", b": ping", b""}


def test_a_grant_opens_one_incident_at_once_and_its_end_closes_it(stream, committed_cast, signed_in):
    cast = committed_cast
    incident, other = cast.report(), cast.report(title="Another")
    outsider = stream(signed_in(cast.partner))
    told = {"permission": "view", "source": "manual", "reason": "test", "at": clock.now()}
    given = grants.give(incident=incident, person=cast.partner, **told)
    assert outsider.pokes(1) == ["access"]
    for each in (other, incident):
        lifecycle.acknowledge(incident=each, by=cast.manager, at=clock.now())
    assert outsider.pokes(1) == [f"incident {incident.code}"]
    given.expires_at = clock.now()
    given.save()
    assert outsider.pokes(1) == ["access"]
    lifecycle.accept(incident=incident, manager=cast.manager, by=cast.manager, at=clock.now())
    assert outsider.quiet(1) == b""


def test_somebody_who_loses_a_clearance_hears_of_it_and_then_no_more(stream, committed_cast, signed_in):
    cast = committed_cast
    csea = cast.report(harm_type="CS2")
    answer = stream(signed_in(cast.specialist), csea.code)
    cast.specialist.clearances.filter(kind="csea").update(valid_until=clock.now())
    assert answer.pokes(1) == ["access"]
    lifecycle.acknowledge(incident=csea, by=cast.manager, at=clock.now())
    stream(signed_in(cast.manager), csea.code)
    assert answer.quiet(1) == b""


def test_the_stream_of_somebody_signed_out_ends(stream, committed_cast, signed_in):
    client = signed_in(committed_cast.manager)
    answer = stream(client)
    client.logout()
    with pytest.raises(AssertionError, match="the stream ended"):
        answer.quiet(5)


@pytest.mark.parametrize("look_again", [3600])
def test_ending_a_clearance_and_letting_somebody_go_are_heard_at_once(stream, committed_cast, signed_in):
    cast = committed_cast
    officer = person("officer", "security_officer", HASHED)
    chief = person("chief", "administrator", HASHED)
    answer = stream(signed_in(cast.specialist))
    at = clock.now()
    clearances.end(clearance=cast.specialist.clearances.first(), reason="Lapsed", by=officer, at=at)
    assert answer.pokes(1) == ["access"]
    people.deactivate(person=cast.specialist, reason="Left", by=chief, at=at)
    with pytest.raises(AssertionError, match="the stream ended"):
        answer.quiet(5)


def test_many_writes_of_one_transaction_are_one_poke_and_one_undone_is_none(
    stream, committed_cast, signed_in
):
    cast = committed_cast
    incident = cast.report()
    answer = stream(signed_in(cast.manager))
    with transaction.atomic():
        lifecycle.accept(incident=incident, manager=cast.manager, by=cast.manager, at=clock.now())
        transaction.set_rollback(True)
    assert answer.quiet(0.5) == b""
    lifecycle.accept(incident=incident, manager=cast.manager, by=cast.manager, at=clock.now())
    answer.pokes(1)
    assert answer.quiet(1) == b""


def test_what_happened_between_the_page_and_its_stream_is_told(stream, committed_cast, signed_in):
    client = signed_in(committed_cast.manager)
    stream(client)  # the process is up
    incident = committed_cast.report()
    time.sleep(0.2)
    assert stream(client, ago=5_000).pokes(1) == [f"incident {incident.code}"]
    assert stream(client, ago=100).quiet(0.5) == b""


def test_who_comes_and_goes_is_told_in_the_room_and_kept_per_window(stream, committed_cast, signed_in):
    cast = committed_cast
    incident = cast.report()
    manager = stream(signed_in(cast.manager), incident.code)
    elsewhere = stream(signed_in(cast.second))
    stream(signed_in(cast.on_duty), incident.code)
    assert manager.pokes(1) == [f"presence {incident.code}"]
    assert people_in(incident.code, but=cast.manager.pk) == [cast.on_duty]
    stream(signed_in(cast.on_duty), incident.code)  # a second window
    stream(signed_in(cast.outsider), incident.code)
    stream.close(2)
    assert manager.quiet(1) == b""
    assert people_in(incident.code, but=cast.manager.pk) == [cast.on_duty]
    stream.close(3)
    assert manager.pokes(1) == [f"presence {incident.code}"]
    assert people_in(incident.code) == [cast.manager]
    assert elsewhere.quiet(0.5) == b""


def test_a_room_is_empty_and_a_write_goes_on_while_redis_is_away(committed_cast, settings, monkeypatch):
    from accounts import poke

    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    poke._client.cache_clear()
    monkeypatch.setattr(poke, "_paused_until", 0.0)
    incident = committed_cast.report()
    assert people_in(incident.code) == []
    poke_on_commit(committed_cast.manager.pk, "pages")
    poke._client.cache_clear()


def test_a_member_nobody_renews_counts_for_nothing_after_a_while(committed_cast):
    from accounts.poke import ask_redis
    from accounts.presence import key_for

    now = int(time.time())
    people = {f"{committed_cast.manager.pk}:a": now - 1, f"{committed_cast.second.pk}:b": now + 5}
    ask_redis(lambda client: client.zadd(key_for("WF-000000"), people), otherwise=None)
    assert people_in("WF-000000") == [committed_cast.second]
    assert timedelta(seconds=45) < timedelta(minutes=1)
