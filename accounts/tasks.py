"""Celery's door to the outbox: sweep what is due. Safe to run twice, at once, or not at all."""

from functools import partial

from celery import shared_task

from accounts import clock
from accounts.actions import deliveries, sweeps
from accounts.models import Heartbeat


@shared_task(name="accounts.send_email")
def send_email() -> None:
    Heartbeat.objects.beat("worker", at=clock.now())
    sweeps.guarded("email", partial(deliveries.send_due, channel="email"))
