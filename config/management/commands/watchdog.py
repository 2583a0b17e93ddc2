"""The second pair of hands: sweeps and sends straight from Postgres whatever the workers have not got to, so
that losing them or Redis delays a page by seconds and loses none. Says so when it carries."""

import logging
import signal
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from functools import partial

from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections, connection

from accounts import clock
from accounts.actions import deliveries, overdue, sweeps
from accounts.models import ContactMethod, Delivery, Heartbeat
from escalations.actions import alarms, escalations
from oncall.actions import rounds

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
        senders, watch = Senders(), alarms.Watch()
        while not stopping.is_set():
            try:
                carry(senders)
                sweeps.guarded("alarms", partial(watch.look, at=clock.now()))
            except Error as error:
                log.warning("database away: %s", type(error).__name__)
                connection.close()
            except Exception:
                # Nothing that happens within a round may be the end of the last pair of hands.
                log.exception("a round failed")
                connection.close()
            close_old_connections()
            stopping.wait(PAUSE_SECONDS)
        senders.leave()


class Senders:
    """A thread for each channel, started when first needed: one whose provider hangs keeps no other waiting, nor the
    steps."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(len(ContactMethod.Kind.values), "channel")
        self._busy: dict[str, Future[int]] = {}

    def send(self, *, at: datetime, grace: timedelta) -> int:
        """Send what is late, each channel by itself; how many deliveries that were done within `PAUSE_SECONDS` it took
        over. What takes longer goes on meanwhile."""
        for channel in Delivery.objects.channels_due(at=at - grace):
            if channel not in self._busy:
                self._busy[channel] = self._threads.submit(_send, channel, grace)
        done, _ = wait(self._busy.values(), timeout=PAUSE_SECONDS)
        self._busy = {channel: one for channel, one in self._busy.items() if one not in done}
        return sum(one.result() for one in done)

    def leave(self) -> None:
        """What is being sent keeps its lease, and is somebody else's when that ends."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _send(channel: str, grace: timedelta) -> int:
    close_old_connections()
    try:
        return sweeps.guarded(channel, partial(deliveries.send_due, channel=channel, grace=grace))
    except Error as error:
        log.warning("database away: %s", type(error).__name__)
        connection.close()
        return 0


def carry(senders: Senders) -> int:
    """One round; how many late steps and deliveries it took over."""
    at = clock.now()
    Heartbeat.objects.beat("watchdog", at=at)
    sweeps.guarded("overdue", partial(overdue.sweep, at=at, grace=GRACE))
    steps = sweeps.guarded("steps", partial(escalations.fire_due, grace=GRACE))
    # A step just fired is nobody else's either while the workers are away, so its messages are not left to them.
    sent = senders.send(at=clock.now(), grace=timedelta(0) if steps else GRACE)
    if steps or sent:
        log.warning("workers silent, carried on: %d steps, %d deliveries", steps, sent)
    # Last, so that rosters which cannot be read keep no page.
    if Heartbeat.objects.silent(rounds.PROCESS, at=at, since=ROUNDS_MISSED):
        log.warning("no worker keeps watch over the rosters: carried on")
        sweeps.guarded("rosters", partial(rounds.keep_watch, at=at))
        sweeps.guarded("rosters", partial(rounds.look_ahead, at=at))
    return steps + sent
