"""Celery's door to on-call: sweep what is due. Safe to run twice, at once, or not at all. Each kind of round has one
pair of hands in a process, so that one which is kept waiting holds no more of them."""

from celery import shared_task

from accounts import clock, lanes
from oncall.actions import ledger, rounds


@shared_task(name="oncall.record_shifts")
def record_shifts() -> None:
    lanes.lane("shifts").ask(_record_shifts)


@shared_task(name="oncall.keep_watch")
def keep_watch() -> None:
    lanes.lane("rosters").ask(_keep_watch)


@shared_task(name="oncall.look_ahead")
def look_ahead() -> None:
    lanes.lane("outlook").ask(_look_ahead)


def _record_shifts() -> None:
    ledger.record_due(at=clock.now())


def _keep_watch() -> None:
    rounds.keep_watch(at=clock.now())


def _look_ahead() -> None:
    rounds.look_ahead(at=clock.now())
