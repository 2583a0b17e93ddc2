"""Waking the workers. A nudge makes the common case immediate and carries no meaning: with the broker away
it is dropped, and the next sweep finds the same rows."""

import logging
import time
from collections.abc import Callable
from functools import partial

from celery import current_app
from django.db import connection, transaction
from kombu.exceptions import OperationalError

log = logging.getLogger("watchfloor.nudge")

# What this process does itself when it is asked: a worker need not go by the broker to wake its own hands.
_here: dict[str, Callable[[], object]] = {}

# A broker that hangs costs a report its timeout once, not every report.
PAUSE_SECONDS = 10
_paused_until = 0.0


def answer_here(task_name: str, wake: Callable[[], object]) -> None:
    """From now on a nudge for `task_name` in this process calls `wake`, which must return at once."""
    _here[task_name] = wake


def nudge_on_commit(task_name: str) -> None:
    """Ask a worker to run `task_name` once the current transaction is durable; once is enough."""
    asked = {getattr(hook, "args", None) for _, hook, *_ in connection.run_on_commit}
    if (task_name,) not in asked:
        transaction.on_commit(partial(nudge, task_name), robust=True)


def nudge(task_name: str) -> None:
    """Ask a worker to run `task_name` now; nothing comes of it while the broker is away."""
    global _paused_until
    if task_name in _here:
        _here[task_name]()
        return
    if time.monotonic() < _paused_until:
        return
    try:
        current_app.send_task(task_name, retry=False, expires=5)
    except (OperationalError, OSError):
        _paused_until = time.monotonic() + PAUSE_SECONDS
        log.warning("broker away: nudges dropped for %s s, sweeps carry on", PAUSE_SECONDS)
