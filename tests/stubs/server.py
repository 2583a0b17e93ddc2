"""What the stubs have in common: a server on loopback that behaves as it was told, and remembers what it was sent.

Commands come by method (`stub.behave("refuse", status=503)`) or by HTTP, for processes:
`POST /-/behave {"as": "hang", "seconds": 30, "times": 1}`, `GET /-/calls`, `POST /-/forget`.

| as | does |
|---|---|
| `well` | takes it |
| `refuse` | answers `status` (503), with `body` |
| `hang` | keeps it for `seconds`, takes nothing, hangs up |
| `late` | takes it, and keeps the answer for `seconds` |
| `drip` | answers a byte a second |
| `lead` | answers 302 to `to` |
| `silent` | takes it and never reports on it |
"""

import argparse
import json
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Call:
    """One request as it came. `took`: whether the stub counts it as accepted, and what it made of it."""

    path: str
    headers: dict[str, str]
    body: str
    at: float
    took: bool = False
    made: dict[str, Any] = field(default_factory=dict)
    raw: bytes = b""

    def told(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "raw"}


@dataclass
class Behaviour:
    how: str = "well"
    status: int = 503
    seconds: float = 30
    body: str = ""
    to: str = ""
    times: int | None = None


class Stub:
    """Subclasses answer in `take(call) -> (status, headers, body)`. Use as a context, or `serve()` in a process."""

    def __init__(self, port: int = 0, **options: Any) -> None:
        self.calls: list[Call] = []
        self.options = options
        self._behaviour = Behaviour()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", port), type("Mine", (Handler,), {"stub": self}))
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.host = f"127.0.0.1:{self.port}"

    def take(self, call: Call) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, b"ok"

    def refusal(self, behaviour: Behaviour) -> bytes:
        return behaviour.body.encode()

    # -- commands ----------------------------------------------------------------------------------
    def behave(self, how: str, **told: Any) -> None:
        with self._lock:
            self._behaviour = Behaviour(how, **told)

    def taken(self) -> list[Call]:
        return [call for call in self.calls if call.took]

    def take_one(self) -> Call:
        [call] = self.taken()
        return call

    def forget(self) -> None:
        self.calls.clear()

    # -- running -----------------------------------------------------------------------------------
    def __enter__(self) -> "Stub":
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._stopping.set()
        self.server.shutdown()
        self.server.server_close()

    def serve(self) -> None:
        print(json.dumps({"url": self.url}), flush=True)  # noqa: T201  whoever started the process reads it
        self.server.serve_forever(0.1)

    # -- answering ---------------------------------------------------------------------------------
    def behaviour(self) -> Behaviour:
        """The one that stands; one given for some `times` wears off."""
        with self._lock:
            now = self._behaviour
            if now.times is not None:
                now.times -= 1
                if now.times <= 0:
                    self._behaviour = Behaviour()
            return now

    def wait(self, seconds: float) -> None:
        self._stopping.wait(seconds)


class Handler(BaseHTTPRequestHandler):
    stub: Stub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        if self.path.startswith("/-/"):
            return self._command(raw)
        call = Call(self.path, dict(self.headers), raw.decode(errors="replace"), time.time(), raw=raw)
        return self._answer(call)

    do_PUT = do_POST  # noqa: N815  the library's name

    def do_GET(self) -> None:
        if self.path == "/-/calls":
            return self._send(200, {}, json.dumps([call.told() for call in self.stub.calls]).encode())
        return self._answer(Call(self.path, dict(self.headers), "", time.time()))

    def _command(self, raw: bytes) -> None:
        told = json.loads(raw or b"{}")
        if self.path == "/-/behave":
            self.stub.behave(told.pop("as"), **told)
        elif self.path == "/-/forget":
            self.stub.forget()
        else:
            getattr(self.stub, urlsplit(self.path).path.removeprefix("/-/"))(**told)
        self._send(200, {}, b"{}")

    def _answer(self, call: Call) -> None:
        now = self.stub.behaviour()
        self.stub.calls.append(call)
        if now.how == "refuse":
            return self._send(now.status, {}, self.stub.refusal(now))
        if now.how == "lead":
            return self._send(302, {"Location": now.to}, b"")
        if now.how == "hang":
            self.stub.wait(now.seconds)
            self.close_connection = True
            return None
        call.made["silent"] = now.how == "silent"
        status, headers, body = self.stub.take(call)
        call.took = 200 <= status < 300
        if now.how == "late":
            self.stub.wait(now.seconds)
        if now.how == "drip":
            return self._drip(status, body or b"slowly")
        return self._send(status, headers, now.body.encode() or body)

    def _drip(self, status: int, body: bytes) -> None:
        head = f"HTTP/1.1 {status} ok\r\nContent-Length: {len(body) + 600}\r\n\r\n".encode()
        for byte in head:
            self.stub.wait(0.2)
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                break
        self.close_connection = True

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # whoever asked no longer waits


def run_as_process(make: Callable[..., Stub]) -> None:
    """`--port N` and whatever a stub takes as `--name value`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    known, rest = parser.parse_known_args()
    options = dict(zip([name.lstrip("-") for name in rest[::2]], rest[1::2], strict=True))
    make(known.port, **options).serve()
