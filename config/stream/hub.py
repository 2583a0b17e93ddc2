"""Hands what Redis says to the listeners who may hear it, and looks again, twice a minute, at what that is."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Iterator

import redis.asyncio as redis
from django.conf import settings
from django.db import Error as DatabaseError

from accounts.poke import ACCESS, channel_for
from config.stream.door import looked
from config.stream.listener import Listener
from config.stream.presence import Presence
from config.stream.sight import INCIDENTS, PRESENCE, Poke, Sight

log = logging.getLogger("watchfloor.stream")
PING_SECONDS = 15
LOOK_AGAIN_SECONDS = 30
# With the database away nobody's sight can be looked at; an old one is trusted this long.
TRUST_SECONDS = 60
LOOKS_AT_ONCE = 25
# A browser whose page is older than its stream is told what it missed, as far back as this.
REMEMBERED_SECONDS = 60
MOST_REMEMBERED = 2000


class Hub:
    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.hears = False  # with Redis away browsers are sent off, so that they say so and ask by themselves
        self.presence = Presence(self.listeners)
        self._recent: deque[tuple[float, Poke]] = deque(maxlen=MOST_REMEMBERED)
        self._look_now = asyncio.Event()

    async def run(self) -> None:
        """Everything that goes on for as long as the process lives."""
        await asyncio.gather(self._listen(), self._ping(), self._keep_looking(), self.presence.keep())

    @contextlib.contextmanager
    def listening(self, listener: Listener, *, since: float) -> Iterator[None]:
        """Tell this listener what comes, beginning with what came after `since` (the loop's time)."""
        for at, poke in self._recent:
            if at >= since and (words := poke.words_for(listener.sight)):
                listener.tell(words)
        self.listeners.add(listener)
        self.presence.entered(listener, listener.sight.rooms)
        try:
            yield
        finally:
            self.listeners.discard(listener)
            self.presence.left(listener, listener.sight.rooms)

    def hand_out(self, poke: Poke) -> None:
        now = asyncio.get_running_loop().time()
        while self._recent and self._recent[0][0] < now - REMEMBERED_SECONDS:
            self._recent.popleft()
        self._recent.append((now, poke))
        for listener in self.listeners:
            if poke.is_about_access_of(listener.sight):
                listener.looked_at = min(listener.looked_at, now - LOOK_AGAIN_SECONDS)
                self._look_now.set()
            elif words := poke.words_for(listener.sight):
                listener.tell(words)

    async def _listen(self) -> None:
        while True:
            try:
                async with redis.from_url(settings.REDIS_URL, socket_keepalive=True).pubsub() as pubsub:
                    await pubsub.subscribe(INCIDENTS, PRESENCE)
                    await pubsub.psubscribe(channel_for("*"))
                    self.hears = True
                    async for message in pubsub.listen():
                        if message["type"] in {"message", "pmessage"}:
                            self.hand_out(Poke.read(message["channel"].decode(), message["data"].decode()))
            except (redis.RedisError, OSError):
                log.warning("Redis away; trying again")
            self.hears = False
            for listener in self.listeners:
                listener.end()
            await asyncio.sleep(1)

    async def _ping(self) -> None:
        """One clock for all: a timer for each wait would cost more than what is waited for."""
        while True:
            await asyncio.sleep(PING_SECONDS)
            for listener in self.listeners:
                listener.ping()

    async def _keep_looking(self) -> None:
        """A few at a time, longest ago first: neither the database nor a poke waits for all of them."""
        while True:
            now = asyncio.get_running_loop().time()
            due = [each for each in self.listeners if each.looked_at <= now - LOOK_AGAIN_SECONDS]
            due.sort(key=lambda listener: listener.looked_at)
            some = due[: max(LOOKS_AT_ONCE, len(self.listeners) // 20)]
            if some:
                await self._look_at(some, now)
            if len(due) > len(some):
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._look_now.wait(), 1)
            self._look_now.clear()

    async def _look_at(self, listeners: list[Listener], now: float) -> None:
        try:
            sights = await looked([(listener.cookie, listener.asked) for listener in listeners])
        except DatabaseError:
            log.warning("database away; what may be heard is not looked at")
            for listener in listeners:
                if listener.looked_at <= now - TRUST_SECONDS:
                    listener.end()
            await asyncio.sleep(1)
            return
        for listener, sight in zip(listeners, sights, strict=True):
            self._see(listener, sight, now)

    def _see(self, listener: Listener, sight: Sight | None, now: float) -> None:
        """Somebody signed out hears no more. Whose sight changed is told so, and asks for everything again."""
        before = listener.sight
        if sight is None or sight.person_id != before.person_id:
            listener.end()
            return
        listener.sight, listener.looked_at = sight, now
        if sight == before or listener not in self.listeners:
            return
        listener.tell(ACCESS)
        self.presence.left(listener, before.rooms - sight.rooms)
        self.presence.entered(listener, sight.rooms - before.rooms)
