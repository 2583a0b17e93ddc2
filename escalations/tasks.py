"""Celery's door to the engine: fire what is due. Safe to run twice, at once, or not at all."""

from celery import shared_task

from accounts import lanes
from accounts.actions import sweeps
from escalations.actions import escalations


@shared_task(name="escalations.sweep")
def sweep() -> None:
    lanes.lane("steps").ask(fire_due)


def fire_due() -> None:
    sweeps.guarded("steps", escalations.fire_due)
