"""Telling open browsers that something changed. A poke carries a kind or an id and never content; the browser
asks again and gets what its person may see. Lost pokes cost freshness, never a page."""

import logging
import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import redis
from django.conf import settings
from django.db import connection, transaction

log = logging.getLogger("watchfloor.poke")

# What a person may see may have changed: their stream looks again, and says so only if it has.
ACCESS = "access"
# A Redis that hangs costs a request its timeout once, not every request.
PAUSE_SECONDS = 5
_paused_until = 0.0


def channel_for(person_id: int | str) -> str:
    return f"person:{person_id}"


def poke_on_commit(person_id: int, kind: str) -> None:
    """Something of this one person's changed: `pages`, `access`, or another kind their screens know."""
    publish_on_commit(channel_for(person_id), kind)


def publish_on_commit(channel: str, message: str) -> None:
    """Say it once the current transaction is durable; the same words once a transaction."""
    asked = {getattr(hook, "args", None) for _, hook, *_ in connection.run_on_commit}
    if (channel, message) not in asked:
        transaction.on_commit(partial(_publish, channel, message), robust=True)


def _publish(channel: str, message: str) -> None:
    ask_redis(lambda client: client.publish(channel, message), otherwise=None)


def ask_redis(command: Callable[[redis.Redis], Any], *, otherwise: Any) -> Any:
    """What `command` gives, or `otherwise` while Redis is away."""
    global _paused_until
    if time.monotonic() < _paused_until:
        return otherwise
    try:
        return command(_client())
    except redis.TimeoutError:
        _paused_until = time.monotonic() + PAUSE_SECONDS
        log.warning("Redis hangs: no pokes for %s s", PAUSE_SECONDS)
    except redis.RedisError:
        log.warning("Redis away: poke dropped")
    return otherwise


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5)
