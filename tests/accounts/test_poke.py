"""Pokes are a courtesy: a Redis that does not answer costs no more than a moment."""

import socket
import time

import pytest
from redis import Redis

from accounts import poke


@pytest.fixture
def silent_redis(settings, monkeypatch):
    """Something that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        client = Redis.from_url(url, socket_connect_timeout=0.2, socket_timeout=0.2)
        monkeypatch.setattr(poke, "_client", lambda: client)
        monkeypatch.setattr(poke, "_paused_until", 0.0)
        yield
        client.close()


def test_a_redis_that_hangs_is_waited_for_once(silent_redis):
    began = time.monotonic()
    poke._publish("person:1", "pages")
    first = time.monotonic() - began
    for _ in range(20):
        assert poke.ask_redis(lambda client: client.ping(), otherwise="nobody") == "nobody"
    assert time.monotonic() - began < first + 0.2
