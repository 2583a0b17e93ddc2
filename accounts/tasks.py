"""Celery's doors to the outbox: one sweep that looks at all channels, and for each channel a task in a queue of its
own. Safe to run twice, at once, or not at all."""

from functools import partial

from celery import Task, shared_task

from accounts import clock, lanes, nudge
from accounts.actions import claims, confirmations, deliveries, sweeps
from accounts.models import ContactMethod, Delivery, Heartbeat


@shared_task(name="accounts.sweep")
def sweep() -> None:
    """Wake the senders of the channels that something is due on. What is late with its confirmation goes on."""
    at = clock.now()
    Heartbeat.objects.beat("worker", at=at)
    sweeps.guarded("confirmations", partial(confirmations.sweep, at=at))
    for channel in Delivery.objects.channels_due(at=at):
        nudge.nudge(f"accounts.send_{channel}")


def _sender(channel: str) -> Task:
    @shared_task(name=f"accounts.send_{channel}")
    def send() -> None:
        lanes.lane(channel).ask(partial(send_due, channel))

    return send


def send_due(channel: str) -> float | None:
    """Send what is due; in how many seconds there is more, where that is too soon to leave it to the sweep."""
    sweeps.guarded(channel, partial(deliveries.send_due, channel=channel))
    at = clock.now()
    soonest = claims.soonest(channel=channel, at=at)
    return None if soonest is None else (soonest - at).total_seconds()


SENDERS = {channel: _sender(channel) for channel in ContactMethod.Kind.values}
send_email = SENDERS["email"]
