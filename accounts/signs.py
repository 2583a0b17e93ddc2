"""Signs of life of a process that has no other business with the database."""

import logging
import time

from django.db import Error, connection

from accounts import clock
from accounts.models import Heartbeat

log = logging.getLogger("watchfloor.signs")

EVERY_SECONDS = 2.0


def beat_for_ever(process: str) -> None:
    """In a thread of its own, with a connection of its own."""
    while True:
        beat_once(process)
        time.sleep(EVERY_SECONDS)


def beat_once(process: str) -> None:
    """Nothing where the database is away: it comes back, and what is silent meanwhile is no news."""
    try:
        Heartbeat.objects.beat(process, at=clock.now())
    except Error as error:
        log.warning("no sign of life left: %s", type(error).__name__)
        connection.close()
