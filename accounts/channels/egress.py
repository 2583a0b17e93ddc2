"""The guard at the way out. Where people say what a page is sent to, the address may be anybody's: so nothing that
leaves under `guarded` reaches a private address, speaks in the clear, is led elsewhere or takes longer than its time,
except for hosts that the setting OUTBOUND allows.

A name is resolved once, every address it has is looked at, and the connection goes to one that was looked at: a name
that answers differently the second time gains nothing. The guard sits where urllib3 opens a connection, so that it
stands in front of libraries that send by themselves (Apprise, pywebpush) as well.
"""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import requests
import urllib3.connection
from django.conf import settings

from accounts.channels import ChannelError, PermanentError, TemporaryError

SECONDS = 5.0
MOST_BYTES = 64 * 1024
_resolvers = ThreadPoolExecutor(max_workers=16, thread_name_prefix="resolve")


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered: at most `MOST_BYTES` of it."""

    status: int
    body: bytes


@dataclass
class Way:
    """One call on its way out. `refused` says why it may not go where it was sent."""

    trusted: bool
    until: float
    refused: str = ""
    late: bool = False
    _open: list[socket.socket] = field(default_factory=list)

    def left(self) -> float:
        return max(self.until - time.monotonic(), 0.01)

    def watch(self, sock: socket.socket) -> None:
        # A second handle on the connection: TLS takes the first one over.
        self._open.append(sock.dup())

    def cut(self) -> None:
        """Time is up: whoever still reads or writes is told that the connection is gone."""
        self.late = True
        for sock in self._open:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def close(self) -> None:
        for sock in self._open:
            sock.close()

    def refuse(self, why: str) -> None:
        self.refused = why
        raise OSError(why)


_way: ContextVar[Way | None] = ContextVar("watchfloor_way_out", default=None)


@contextmanager
def guarded(*, seconds: float = SECONDS, trusted: bool = False) -> Iterator[Way]:
    """Every connection opened in here is looked at, and cut when the time is up. `trusted` goes anywhere: whoever
    runs the console said where."""
    way = Way(trusted=trusted, until=time.monotonic() + seconds)
    timer = threading.Timer(seconds, way.cut)
    timer.daemon = True
    before = _way.set(way)
    timer.start()
    try:
        yield way
    finally:
        timer.cancel()
        _way.reset(before)
        way.close()


def post(url: str, *, seconds: float = SECONDS, trusted: bool = False, **told: Any) -> Answer:
    """One POST, led nowhere else. Raises `TemporaryError` when nobody answered in time, `PermanentError` when the
    address is none to send to. What was answered is for the caller to judge."""
    with guarded(seconds=seconds, trusted=trusted) as way, session() as out:
        try:
            answer = out.post(url, allow_redirects=False, stream=True, timeout=seconds, **told)
            body = next(answer.iter_content(MOST_BYTES), b"") if answer.status_code != 204 else b""
            return Answer(answer.status_code, body)
        except (requests.RequestException, OSError, ValueError) as error:
            raise failure(way, error) from error


def session() -> requests.Session:
    """Without proxies and credentials that the surroundings may name."""
    made = requests.Session()
    made.trust_env = False
    return made


def failure(way: Way, error: Exception) -> ChannelError:
    """What went wrong on a guarded way, in words without the address, which may be a secret."""
    if way.refused:
        return PermanentError(way.refused)
    if way.late or isinstance(error, requests.Timeout):
        return TemporaryError("no answer in time")
    if isinstance(error, requests.exceptions.SSLError):
        return TemporaryError("the certificate is not trusted")
    if isinstance(
        error, ValueError | LookupError | TypeError
    ):  # of requests' own: a URL or a schema that is none
        return PermanentError("not an address to send to")
    return TemporaryError(f"not reached: {type(error).__name__}")


def by_status(status: int, words: str = "") -> ChannelError | None:
    """What an HTTP status means to a sender; None when it took the message."""
    told = f"HTTP {status} {words}".strip()
    if 200 <= status < 300:
        return None
    if status in {408, 425, 429} or status >= 500:
        return TemporaryError(told)
    return PermanentError(f"{told}: led elsewhere, which is not followed" if 300 <= status < 400 else told)


def is_allowed(host: str, port: int) -> bool:
    host = host.strip("[]").lower()
    return bool({host, f"{host}:{port}", f"[{host}]", f"[{host}]:{port}"} & settings.OUTBOUND.allowed)


def _is_public(address: str) -> bool:
    told = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(told, "ipv4_mapped", None) or getattr(told, "sixtofour", None)
    if told.version == 6 and told in ipaddress.ip_network("64:ff9b::/96"):  # an IPv4 address behind NAT64
        inner = ipaddress.IPv4Address(int(told) & 0xFFFFFFFF)
    return told.is_global and not told.is_multicast and (inner is None or inner.is_global)


def _addresses(host: str, port: int, way: Way) -> list[tuple[int, Any]]:
    asked = _resolvers.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        return [(found[0], found[4]) for found in asked.result(timeout=way.left())]
    except TookTooLong as error:
        raise TimeoutError("the name was not resolved in time") from error


def _connected(connection: Any, way: Way) -> socket.socket:
    host, port = connection._dns_host.strip("[]"), connection.port
    free = way.trusted or is_allowed(host, port)
    if not free and not isinstance(connection, urllib3.connection.HTTPSConnection):
        way.refuse("only https is sent to")
    found = _addresses(host, port, way)
    if not free and not all(_is_public(address[0]) for _, address in found):
        way.refuse("a private address is not sent to")
    last: OSError = OSError("the name has no address")
    for family, address in found:
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.settimeout(way.left())
        try:
            sock.connect(address)
        except OSError as error:
            sock.close()
            last = error
            continue
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        way.watch(sock)
        return sock
    raise last


def _stand_guard() -> None:
    usual = urllib3.connection.HTTPConnection._new_conn

    def opened(connection: urllib3.connection.HTTPConnection) -> socket.socket:
        way = _way.get()
        if way is None:
            return usual(connection)
        try:
            return _connected(connection, way)
        except OSError as error:
            told = f"Failed to establish a new connection: {error}"
            raise urllib3.exceptions.NewConnectionError(connection, told) from error

    urllib3.connection.HTTPConnection._new_conn = opened  # type: ignore[method-assign,assignment]


_stand_guard()
