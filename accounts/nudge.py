"""Waking the workers. A nudge makes the common case immediate and carries no meaning: with the broker away
it is dropped, and the next sweep finds the same rows."""

import logging
import time
from collections.abc import Callable
from functools import partial

from celery import current_app
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from accounts.poke import ask_redis

log = logging.getLogger("watchfloor.nudge")

# What this process does itself when it is asked: a worker need not go by the broker to wake its own hands.
_here: dict[str, Callable[[], object]] = {}

# A broker that hangs costs a report its timeout once, not every report.
PAUSE_SECONDS = 10
_paused_until = 0.0
# One that waits to be taken up says all that another would. Where it is lost, its mark is as soon as a sweep is due.
MARK_MS = 1000


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
    if time.monotonic() < _paused_until or _is_waiting(task_name):
        return
    try:
        current_app.send_task(task_name, retry=False, expires=5)
    except (OperationalError, OSError):
        _paused_until = time.monotonic() + PAUSE_SECONDS
        log.warning("broker away: nudges dropped for %s s, sweeps carry on", PAUSE_SECONDS)


def taken_up(task_name: str) -> None:
    """Said before looking at what is due: what is committed from here on needs a nudge of its own."""
    ask_redis(lambda client: client.delete(f"nudge:{task_name}"), otherwise=None)


def _is_waiting(task_name: str) -> bool:
    """Whether one waits already; if not, the next one that asks is told that this one does."""
    mark = f"nudge:{task_name}"
    return ask_redis(lambda client: not client.set(mark, "", nx=True, px=MARK_MS), otherwise=False)
