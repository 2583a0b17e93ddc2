"""Celery's door to the engine: fire what is due. Safe to run twice, at once, or not at all."""

from celery import shared_task

from accounts import clock, lanes
from accounts.actions import sweeps
from escalations.actions import alarms, escalations

# This worker's eyes on the others.
_watch = alarms.Watch()


@shared_task(name="escalations.sweep")
def sweep() -> None:
    lanes.lane("steps").ask(fire_due)


def fire_due() -> None:
    sweeps.guarded("steps", escalations.fire_due)


@shared_task(name="escalations.watch")
def watch() -> None:
    _watch.look(at=clock.now())
