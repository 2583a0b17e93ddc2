"""Celery's door to what incidents do by themselves. Safe to run twice, at once, or not at all."""

from celery import shared_task

from accounts import clock
from incidents.actions import calls


@shared_task(name="incidents.forget_calls")
def forget_calls() -> None:
    calls.forget(at=clock.now())
