"""Celery's doors to the engine: fire what is due, and tell the ledger who answered. Safe to run twice, at once, or not
at all."""

from celery import shared_task

from accounts import clock, lanes
from accounts.actions import sweeps
from escalations.actions import escalations, handled


@shared_task(name="escalations.sweep")
def sweep() -> None:
    lanes.lane("steps").ask(fire_due)


@shared_task(name="escalations.report_handled")
def report_handled() -> None:
    lanes.lane("ledger").ask(_report_handled)


def fire_due() -> None:
    sweeps.guarded("steps", escalations.fire_due)


def _report_handled() -> None:
    handled.report_handled(at=clock.now())
