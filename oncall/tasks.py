"""Celery's door to the ledger."""

from celery import shared_task

from accounts import clock
from oncall.actions import ledger
from oncall.models import Roster


@shared_task(name="oncall.record_shifts")
def record_shifts() -> None:
    at = clock.now()
    for roster in Roster.objects.all():
        ledger.record_ended(roster=roster, at=at)
