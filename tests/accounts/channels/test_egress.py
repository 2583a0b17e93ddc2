"""The guard at the way out, against servers that try to lead it elsewhere."""

import socket
import time

import pytest
import requests

from accounts.channels import PermanentError, TemporaryError, egress
from tests.stubs.server import Stub


@pytest.fixture
def receiver():
    with Stub() as stub:
        yield stub


@pytest.fixture
def names(monkeypatch):
    """Names that resolve as a test says, one answer after another."""
    answers: dict[str, list[str]] = {}
    usual = socket.getaddrinfo

    def resolve(host, port, *rest, **more):
        if host not in answers:
            return usual(host, port, *rest, **more)
        address = answers[host][0] if len(answers[host]) == 1 else answers[host].pop(0)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return answers


def test_an_allowed_host_is_reached_in_the_clear(receiver, allow):
    allow(f"allow://{receiver.host}")
    assert egress.post(f"{receiver.url}/hook", data=b"x").status == 200


def test_plain_http_is_not_sent_to(receiver, allow):
    with pytest.raises(PermanentError, match="only https"):
        egress.post(receiver.url, data=b"x")
    assert receiver.calls == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "::1", "fd00::1", "fe80::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_a_private_address_is_not_sent_to(allow, names, address):
    names["hooks.example"] = [address]
    with pytest.raises(PermanentError, match="private address"):
        egress.post("https://hooks.example/", data=b"x")


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "localhost"])
def test_a_private_address_in_disguise_is_still_private(allow, host):
    with pytest.raises((PermanentError, TemporaryError)) as refused:
        egress.post(f"https://{host}/", data=b"x")
    assert "private" in str(refused.value)


def test_a_name_with_one_private_address_among_others_is_refused_whole(allow, monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 443)) for a in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(PermanentError, match="private address"):
        egress.post("https://hooks.example/", data=b"x")


def test_a_name_that_answers_differently_the_second_time_gains_nothing(allow, names, monkeypatch):
    """The connection goes to the address that was looked at."""
    names["hooks.example"] = ["93.184.216.34", "127.0.0.1"]
    went = []
    monkeypatch.setattr(socket.socket, "connect", lambda sock, address: went.append(address) or _away())
    with pytest.raises(TemporaryError):
        egress.post("https://hooks.example/", data=b"x")
    assert went == [("93.184.216.34", 443)]


def _away():
    raise ConnectionRefusedError


def test_an_allowance_is_for_one_port_where_it_names_one(receiver, allow):
    allow("allow://127.0.0.1:1")
    with pytest.raises(PermanentError):
        egress.post(receiver.url, data=b"x")
    allow("allow://127.0.0.1")
    assert egress.post(receiver.url, data=b"x").status == 200


def test_nobody_is_followed_elsewhere(receiver, allow):
    allow(f"allow://{receiver.host}")
    receiver.behave("lead", to=f"{receiver.url}/elsewhere")
    assert egress.post(receiver.url, data=b"x").status == 302
    assert [call.path for call in receiver.calls] == ["/"]
    assert "not followed" in str(egress.by_status(302))


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_time_is_up_also_for_one_who_answers_a_byte_at_a_time(receiver, allow, how):
    allow(f"allow://{receiver.host}")
    receiver.behave(how, seconds=5)
    began = time.monotonic()
    with pytest.raises(TemporaryError, match="no answer in time"):
        egress.post(receiver.url, seconds=0.6, data=b"x")
    assert time.monotonic() - began < 2


def test_no_more_is_read_than_anybody_needs(receiver, allow):
    allow(f"allow://{receiver.host}")
    receiver.behave("well", body="x" * 1_000_000)
    assert len(egress.post(receiver.url, data=b"x").body) <= egress.MOST_BYTES


def test_a_name_nobody_knows_may_be_known_later(allow, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(TemporaryError, match="not reached"):
        egress.post("https://hooks.example/", data=b"x")


def test_what_is_no_address_is_permanent(allow):
    for url in ("ftp://x/", "https://", "nonsense", "https://exa mple/"):
        with pytest.raises(PermanentError):
            egress.post(url, data=b"x")


def test_a_proxy_of_the_surroundings_is_not_used(receiver, allow, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    allow(f"allow://{receiver.host}")
    assert egress.post(receiver.url, data=b"x").status == 200


def test_the_guard_ends_with_its_call(receiver, allow):
    """Libraries that send for other reasons are none of its business."""
    with egress.guarded(), pytest.raises(requests.ConnectionError):
        requests.post(receiver.url, timeout=1)
    assert requests.post(receiver.url, timeout=1).status_code == 200
