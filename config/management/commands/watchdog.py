"""The second pair of hands: sweeps and sends straight from Postgres whatever the workers have not got to, so
that losing them or Redis delays a page by seconds and loses none. Says so when it carries."""

import logging
import signal
import threading
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection

from accounts import clock
from accounts.actions import deliveries
from accounts.models import Heartbeat
from escalations.actions import escalations
from oncall.actions import sweeps

log = logging.getLogger("watchfloor.watchdog")

# Workers sweep every second and are nudged before that; what is this late is not coming from them.
GRACE = timedelta(seconds=2)
PAUSE_SECONDS = 1.0
# Workers keep watch over the rosters twice a minute. Before they ever did there is nothing to take over.
ROUNDS_MISSED = timedelta(minutes=3)


class Command(BaseCommand):
    help = "Carries on paging when the workers or Redis do not."

    def handle(self, *args, **options):
        stopping = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stopping.set())
        while not stopping.is_set():
            try:
                carry()
            except DatabaseError as error:
                log.warning("database away: %s", type(error).__name__)
                connection.close()
            close_old_connections()
            stopping.wait(PAUSE_SECONDS)


def carry() -> int:
    """One round; how many late steps and deliveries it took over."""
    at = clock.now()
    Heartbeat.objects.beat("watchdog", at=at)
    if Heartbeat.objects.silent(sweeps.PROCESS, at=at, since=ROUNDS_MISSED):
        log.warning("no worker keeps watch over the rosters: carried on")
        sweeps.keep_watch(at=at)
        sweeps.look_ahead(at=at)
    steps = 0
    while escalations.advance(at=clock.now(), grace=GRACE):
        steps += 1
    # A step just fired is nobody else's either while the workers are away, so its mail is not left to them.
    sent = deliveries.send_due(channel="email", grace=timedelta(0) if steps else GRACE)
    if steps or sent:
        log.warning("workers silent, carried on: %d steps, %d deliveries", steps, sent)
    return steps + sent
