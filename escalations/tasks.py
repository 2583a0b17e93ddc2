"""Celery's doors to the engine: fire what is due, and tell the ledger who answered. Safe to run twice, at once, or not
at all. Each worker process also looks after the others by itself, asked by nobody."""

import logging
import threading
import time

from celery import shared_task
from celery.signals import worker_ready
from django.db import Error, connection

from accounts import clock, lanes, nudge
from accounts.actions import sweeps
from escalations.actions import alarms, escalations, handled

log = logging.getLogger("watchfloor.tasks")


@shared_task(name="escalations.sweep")
def sweep() -> None:
    nudge.taken_up("escalations.sweep")
    lanes.lane("steps").ask(fire_due)


@shared_task(name="escalations.report_handled")
def report_handled() -> None:
    lanes.lane("ledger").ask(_report_handled)


def fire_due() -> None:
    sweeps.guarded("steps", escalations.fire_due)


def _report_handled() -> None:
    handled.report_handled(at=clock.now())


@worker_ready.connect
def look_after_the_others(**kwargs) -> None:
    threading.Thread(target=_look_for_ever, daemon=True).start()


def _look_for_ever() -> None:
    watch = alarms.Watch()
    while True:
        look_once(watch)
        time.sleep(alarms.EVERY.total_seconds())


def look_once(watch: alarms.Watch) -> None:
    """Nothing that happens here may be the end of the looking."""
    try:
        watch.look(at=clock.now())
    except Error as error:
        log.warning("database away: %s", type(error).__name__)
        connection.close()
    except Exception:
        log.exception("a look at the engine failed")
        connection.close()
