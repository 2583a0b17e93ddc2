"""Server-sent pokes, raw ASGI: one Redis subscription a process, a queue a browser, no database connection
held. A poke says what kind of thing changed; the browser then asks for what it may see."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from http.cookies import SimpleCookie
from importlib import import_module

import redis.asyncio as redis
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections
from django.utils.crypto import constant_time_compare

from accounts.models import User
from accounts.poke import channel_for

log = logging.getLogger("watchfloor.stream")
PING_SECONDS = 15
SESSION_RECHECK_SECONDS = 30
HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"access-control-allow-origin", settings.BASE_URL.encode()),
    (b"access-control-allow-credentials", b"true"),
    (b"x-content-type-options", b"nosniff"),
]


class Hub:
    """Hands what Redis says to the browsers of the person it concerns."""

    def __init__(self) -> None:
        self.listeners: dict[str, set[asyncio.Queue[str]]] = defaultdict(set)

    async def run(self) -> None:
        """Listen for as long as the process lives; Redis going away is waited out."""
        while True:
            try:
                async with redis.from_url(settings.REDIS_URL).pubsub() as pubsub:
                    await pubsub.psubscribe(channel_for("*"))
                    async for message in pubsub.listen():
                        if message["type"] == "pmessage":
                            self.hand_out(message["channel"].decode(), message["data"].decode())
            except (redis.RedisError, OSError):
                log.warning("Redis away; trying again")
                await asyncio.sleep(1)

    def hand_out(self, channel: str, kind: str) -> None:
        for queue in self.listeners.get(channel, ()):
            with contextlib.suppress(asyncio.QueueFull):  # a full queue already tells its browser to ask
                queue.put_nowait(kind)

    @contextlib.contextmanager
    def listening(self, channel: str):
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=32)
        self.listeners[channel].add(queue)
        try:
            yield queue
        finally:
            self.listeners[channel].discard(queue)
            if not self.listeners[channel]:
                del self.listeners[channel]


hub = Hub()


async def application(scope, receive, send) -> None:
    if scope["type"] == "lifespan":
        return await _lifespan(receive, send)
    if scope["type"] != "http":
        return None
    if scope["path"] != "/stream/" or scope["method"] != "GET":
        return await _refuse(send, 404)
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    origin = headers.get(b"origin", settings.BASE_URL)
    person_id = await _person_of(headers.get(b"cookie", "")) if origin == settings.BASE_URL else None
    if person_id is None:
        return await _refuse(send, 401)
    return await _stream(scope, receive, send, headers.get(b"cookie", ""), person_id)


async def _stream(scope, receive, send, cookie: str, person_id: int) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send(_chunk("retry: 2000\n\n"))
    gone = asyncio.create_task(_disconnected(receive))
    checked = asyncio.get_running_loop().time()
    with hub.listening(channel_for(person_id)) as queue:
        while not gone.done():
            try:
                kind = await asyncio.wait_for(queue.get(), PING_SECONDS)
                await send(_chunk(f"event: poke\ndata: {kind}\n\n"))
            except TimeoutError:
                await send(_chunk(": ping\n\n"))
            now = asyncio.get_running_loop().time()
            if now - checked > SESSION_RECHECK_SECONDS:
                checked = now
                if await _person_of(cookie) != person_id:
                    break
    gone.cancel()
    with contextlib.suppress(OSError):
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _chunk(text: str) -> dict:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}


async def _refuse(send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b""})


async def _lifespan(receive, send) -> None:
    task = None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            task = asyncio.create_task(hub.run())
            await send({"type": "lifespan.startup.complete"})
        else:
            if task is not None:
                task.cancel()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _person_of(cookie: str) -> int | None:
    return await sync_to_async(_read_session, thread_sensitive=False)(cookie)


def _read_session(cookie: str) -> int | None:
    """The signed-in, active person a session cookie stands for, as Django itself would decide."""
    try:
        morsel = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
        if morsel is None:
            return None
        session = import_module(settings.SESSION_ENGINE).SessionStore(morsel.value)
        person = User.objects.active().filter(pk=session.get(SESSION_KEY)).first()
        if person is None or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
            return None
        unchanged = constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
        return person.pk if unchanged else None
    finally:
        connections.close_all()
