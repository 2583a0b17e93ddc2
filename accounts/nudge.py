"""Waking the workers. A nudge makes the common case immediate and carries no meaning: with the broker away
it is dropped, and the next sweep finds the same rows."""

import logging
import time
from functools import partial

from celery import current_app
from django.db import connection, transaction
from kombu.exceptions import OperationalError

log = logging.getLogger("watchfloor.nudge")

# A broker that hangs costs a report its timeout once, not every report.
PAUSE_SECONDS = 10
_paused_until = 0.0


def nudge_on_commit(task_name: str) -> None:
    """Ask a worker to run `task_name` once the current transaction is durable; once is enough."""
    asked = {getattr(hook, "args", None) for _, hook, *_ in connection.run_on_commit}
    if (task_name,) not in asked:
        transaction.on_commit(partial(nudge, task_name), robust=True)


def nudge(task_name: str) -> None:
    """Ask a worker to run `task_name` now; nothing comes of it while the broker is away."""
    global _paused_until
    if time.monotonic() < _paused_until:
        return
    try:
        current_app.send_task(task_name, retry=False, expires=5)
    except (OperationalError, OSError):
        _paused_until = time.monotonic() + PAUSE_SECONDS
        log.warning("broker away: nudges dropped for %s s, sweeps carry on", PAUSE_SECONDS)
