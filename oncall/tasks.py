"""Celery's door to on-call: sweep what is due. Safe to run twice, at once, or not at all."""

from celery import shared_task

from accounts import clock
from oncall.actions import ledger, sweeps


@shared_task(name="oncall.record_shifts")
def record_shifts() -> None:
    ledger.record_due(at=clock.now())


@shared_task(name="oncall.keep_watch")
def keep_watch() -> None:
    sweeps.keep_watch(at=clock.now())


@shared_task(name="oncall.look_ahead")
def look_ahead() -> None:
    sweeps.look_ahead(at=clock.now())
