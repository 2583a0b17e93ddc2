"""Telling open browsers that something of theirs changed. A poke carries a kind and nothing else; the
browser asks again and gets what its person may see. Lost pokes cost freshness, never a page."""

import logging
from functools import cache, partial

import redis
from django.conf import settings
from django.db import transaction

log = logging.getLogger("watchfloor.poke")


def channel_for(person_id: int | str) -> str:
    return f"person:{person_id}"


def poke_on_commit(person_id: int, kind: str) -> None:
    transaction.on_commit(partial(_publish, channel_for(person_id), kind), robust=True)


def _publish(channel: str, kind: str) -> None:
    try:
        _client().publish(channel, kind)
    except redis.RedisError:
        log.warning("poke dropped, Redis away: %s", kind)


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5)
