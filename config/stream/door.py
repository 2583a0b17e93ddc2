"""Whoever arrives is looked at together with those who arrive meanwhile: after a restart everybody comes at once,
and a database connection for each of them would keep them all waiting."""

import asyncio
import logging

from asgiref.sync import sync_to_async
from django.db import Error as DatabaseError

from config.stream.sight import Sight, look

log = logging.getLogger("watchfloor.stream")
looked = sync_to_async(look, thread_sensitive=False)
AT_ONCE = 25


class Door:
    def __init__(self) -> None:
        self._waiting: list[tuple[str, frozenset[str], asyncio.Future]] = []
        self._work: asyncio.Task | None = None

    async def look_at(self, cookie: str, rooms: frozenset[str]) -> Sight | None:
        """What somebody arriving may hear of; None if they are not signed in, or nobody can tell."""
        told: asyncio.Future[Sight | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((cookie, rooms, told))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._look())
        return await told

    async def _look(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            sights: list[Sight | None] = [None] * len(some)
            try:
                sights = await looked([(cookie, rooms) for cookie, rooms, _ in some])
            except DatabaseError:
                log.warning("database away; nobody is let in")
            finally:
                for (_, _, told), sight in zip(some, sights, strict=True):
                    if not told.done():  # it may have left again
                        told.set_result(sight)
