"""The live stream: who may listen, and that a page reaches an open browser."""

import http.client
import time

import pytest

from devstack.ports import free_port
from escalations.actions import escalations
from tests.cast import START

BASE_URL = "http://127.0.0.1:8000"


@pytest.fixture
def stream(committed_cast, another_process):
    """`stream(cookie, origin)` opens the stream of a process of its own."""
    port = free_port()
    another_process("-m", "uvicorn", "config.asgi:application", "--port", str(port), "--log-level", "warning")
    opened = []

    def open_stream(cookie="", origin=BASE_URL):
        until = time.monotonic() + 20
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            try:
                connection.request("GET", "/stream/", headers={"Cookie": cookie, "Origin": origin})
                break
            except ConnectionRefusedError:
                assert time.monotonic() < until, "the stream did not start"
                time.sleep(0.05)
        opened.append(connection)
        return connection.getresponse()

    yield open_stream
    for connection in opened:
        connection.close()


def cookie_of(client) -> str:
    return f"session={client.cookies['session'].value}"


def line_of(answer, beginning: bytes) -> bytes:
    while not (line := answer.readline()).startswith(beginning):
        assert line, "the stream ended"
    return line.strip()


def test_only_somebody_signed_in_and_on_this_site_may_listen(stream, committed_cast, signed_in):
    client = signed_in(committed_cast.on_duty)
    assert stream("").status == 401
    assert stream("session=forged").status == 401
    assert stream(cookie_of(client), origin="https://elsewhere.example").status == 401
    committed_cast.on_duty.is_active = False
    committed_cast.on_duty.save()
    assert stream(cookie_of(client)).status == 401


def test_a_page_reaches_its_responders_open_browser_and_says_nothing_of_itself(
    stream, committed_cast, signed_in
):
    answer = stream(cookie_of(signed_in(committed_cast.on_duty)))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/event-stream")
    assert line_of(answer, b"retry") == b"retry: 2000"
    committed_cast.report(at=START)
    escalations.advance(at=START)
    assert line_of(answer, b"event") == b"event: poke"
    assert line_of(answer, b"data") == b"data: pages"
