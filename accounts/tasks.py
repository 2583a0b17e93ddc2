"""Celery's doors to the outbox: one sweep that looks at all channels, and for each channel a task in a queue of its
own. Safe to run twice, at once, or not at all."""

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from celery import Task, shared_task
from celery.signals import worker_ready
from django.db import close_old_connections

from accounts import clock, lanes, nudge
from accounts.actions import claims, deliveries, overdue, sweeps
from accounts.models import ContactMethod, Delivery, Heartbeat

log = logging.getLogger("watchfloor.tasks")

FAILED = -1  # no number of deliveries


@shared_task(name="accounts.sweep")
def sweep() -> None:
    """Wake the senders of the channels that something is due on. What was not confirmed in time goes on."""
    at = clock.now()
    Heartbeat.objects.beat("worker", at=at)
    sweeps.guarded("overdue", partial(overdue.sweep, at=at))
    for channel in Delivery.objects.channels_due(at=at):
        nudge.nudge(f"accounts.send_{channel}")


def _sender(channel: str) -> Task:
    name = f"accounts.send_{channel}"

    @shared_task(name=name)
    def send() -> None:
        nudge.taken_up(name)
        lanes.lane(channel).ask(partial(send_due, channel))

    return send


def send_due(channel: str) -> float | None:
    """Send what is due; in how many seconds there is more, where that is too soon to leave it to the sweep."""
    if sweeps.guarded(channel, partial(deliveries.send_due, channel=channel), otherwise=FAILED) == FAILED:
        return None  # the next sweep begins again, and no sooner
    at = clock.now()
    soonest = claims.soonest(channel=channel, at=at)
    return None if soonest is None else (soonest - at).total_seconds()


@worker_ready.connect
def wake_own_hands(**kwargs) -> None:
    """A worker that fired a step sends what came of it itself: a thread for each channel, woken without the broker."""
    threads = ThreadPoolExecutor(len(ContactMethod.Kind.values), "channel")
    for channel in ContactMethod.Kind.values:
        nudge.answer_here(f"accounts.send_{channel}", partial(threads.submit, _send_here, channel))


def _send_here(channel: str) -> None:
    """One look for however many nudges: while this process is at it, asking costs nothing."""
    close_old_connections()
    try:
        lanes.lane(channel).ask(partial(send_due, channel))
    except Exception:
        log.exception("sending on %s stopped; the next sweep begins again", channel)
    finally:
        close_old_connections()


SENDERS = {channel: _sender(channel) for channel in ContactMethod.Kind.values}
send_email = SENDERS["email"]
