"""Writes down who is in which room: one member a connection, so that two windows, or two of these processes,
never take each other's person out. What is not renewed counts for nothing after 45 seconds."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Collection, Iterable
from typing import TYPE_CHECKING

import redis.asyncio as redis
from django.conf import settings

from accounts.presence import key_for, person_of
from config.stream.sight import PRESENCE

if TYPE_CHECKING:
    from config.stream.hub import Listener

log = logging.getLogger("watchfloor.stream")
RENEWED_SECONDS = 15
EXPIRES_SECONDS = 45
# Going from one page of a room to the next is not leaving it.
GRACE_SECONDS = 2.5


class Presence:
    def __init__(self, listeners: Collection["Listener"]) -> None:
        self._listeners = listeners
        self._redis = redis.from_url(settings.REDIS_URL)
        self._tasks: set[asyncio.Task] = set()

    def entered(self, listener: "Listener", rooms: Iterable[str]) -> None:
        for room in rooms:
            self._start(self._enter(room, listener.member, listener.sight.person_id))

    def left(self, listener: "Listener", rooms: Iterable[str]) -> None:
        for room in rooms:
            self._start(self._leave(room, listener.member, listener.sight.person_id))

    async def keep(self) -> None:
        """Renew everybody who is here, and say so where a process that died left somebody behind."""
        while True:
            await asyncio.sleep(RENEWED_SECONDS)
            for room in {room for listener in self._listeners for room in listener.sight.rooms}:
                try:
                    await self._renew(room)
                except (redis.RedisError, OSError):
                    log.warning("Redis away; presence is not renewed")
                    break

    async def _renew(self, room: str) -> None:
        here = [listener.member for listener in self._listeners if room in listener.sight.rooms]
        if not here:
            return
        now = await self._now()
        async with self._redis.pipeline() as pipe:
            pipe.zremrangebyscore(key_for(room), "-inf", now)
            pipe.zadd(key_for(room), dict.fromkeys(here, now + EXPIRES_SECONDS))
            pipe.expire(key_for(room), EXPIRES_SECONDS)
            expired, *_ = await pipe.execute()
        if expired:
            await self._say(room, 0)

    async def _enter(self, room: str, member: str, person_id: int) -> None:
        now = await self._now()
        async with self._redis.pipeline() as pipe:
            pipe.zrangebyscore(key_for(room), now, "+inf")
            pipe.zadd(key_for(room), {member: now + EXPIRES_SECONDS})
            pipe.expire(key_for(room), EXPIRES_SECONDS)
            before, *_ = await pipe.execute()
        if person_id not in map(person_of, before):
            await self._say(room, person_id)

    async def _leave(self, room: str, member: str, person_id: int) -> None:
        await asyncio.sleep(GRACE_SECONDS)
        now = await self._now()
        async with self._redis.pipeline() as pipe:
            pipe.zrem(key_for(room), member)
            pipe.zrangebyscore(key_for(room), now, "+inf")
            _, after = await pipe.execute()
        if person_id not in map(person_of, after):
            await self._say(room, person_id)

    async def _now(self) -> int:
        seconds, _ = await self._redis.time()
        return seconds

    async def _say(self, room: str, person_id: int) -> None:
        await self._redis.publish(PRESENCE, json.dumps({"code": room, "person": person_id}))

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(_despite_redis(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _despite_redis(work: Awaitable[None]) -> None:
    try:
        await work
    except (redis.RedisError, OSError):
        log.warning("Redis away; presence is not written")
