"""`/stream/?rooms=WF-…,WF-…&ago=<ms>` as server-sent events, raw ASGI: no thread and no database connection is
held for a browser. An event says `incident WF-…`, `review WF-…`, `presence WF-…` or a personal kind, and nothing
else."""

import asyncio
import contextlib
import logging
import re
import signal
from urllib.parse import parse_qs

from django.conf import settings

from config.stream.door import Door
from config.stream.hub import REMEMBERED_SECONDS, Hub
from config.stream.listener import Listener
from incidents.converters import IncidentCode

log = logging.getLogger("watchfloor.stream")
MOST_ROOMS = 20
CODE = re.compile(IncidentCode.regex)
HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"access-control-allow-origin", settings.BASE_URL.encode()),
    (b"access-control-allow-credentials", b"true"),
    (b"x-content-type-options", b"nosniff"),
]

hub = Hub()
door = Door()


async def application(scope, receive, send) -> None:
    if scope["type"] == "lifespan":
        return await _lifespan(receive, send)
    if scope["type"] != "http":
        return None
    if scope["path"] != "/stream/" or scope["method"] != "GET":
        return await _refuse(send, 404)
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    if headers.get(b"origin", settings.BASE_URL) != settings.BASE_URL:
        return await _refuse(send, 401)
    if not hub.hears:
        return await _refuse(send, 503)
    rooms, ago = _asked(scope["query_string"].decode("latin-1"))
    now = asyncio.get_running_loop().time()
    cookie = headers.get(b"cookie", "")
    sight = await door.look_at(cookie, rooms)
    if sight is None:
        return await _refuse(send, 401)
    listener = Listener(cookie, rooms, sight, looked_at=now)
    with hub.listening(listener, since=now - ago):
        return await _stream(listener, receive, send)


async def _stream(listener: Listener, receive, send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send(_chunk("retry: 2000\n\n"))
    gone = asyncio.create_task(_disconnected(receive, listener))
    while not listener.gone:
        words = await listener.words()
        if not listener.gone:
            await send(_chunk("".join(f"event: poke\ndata: {each}\n\n" for each in words) or ": ping\n\n"))
    gone.cancel()
    with contextlib.suppress(OSError):
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()


def _asked(query: str) -> tuple[frozenset[str], float]:
    """The rooms a browser shows, and how many seconds ago its oldest page was asked for."""
    told = parse_qs(query)
    rooms = [code for code in told.get("rooms", [""])[0].split(",") if CODE.fullmatch(code)]
    ago = told.get("ago", ["0"])[0]
    seconds = int(ago) / 1000 if re.fullmatch(r"[0-9]{1,9}", ago) else 0.0
    return frozenset(rooms[:MOST_ROOMS]), min(seconds, REMEMBERED_SECONDS)


def _chunk(text: str) -> dict:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}


async def _refuse(send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b""})


async def _lifespan(receive, send) -> None:
    await receive()
    running = asyncio.create_task(hub.run())
    running.add_done_callback(_stop_if_broken)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    running.cancel()
    for listener in hub.listeners:
        listener.end()
    await send({"type": "lifespan.shutdown.complete"})


def _stop_if_broken(running: asyncio.Task) -> None:
    """A stream that hears nothing must not look alive: its supervisor starts another."""
    if not running.cancelled():
        log.critical("the hub broke down", exc_info=running.exception())
        signal.raise_signal(signal.SIGTERM)
