"""A process of the product that dies, or freezes, where it is told to: `python -m faults.stepper WORK [--stop-at N]`.

It forks once for each statement of the work and says what became of it, one line of JSON each; between two it waits
for a line on its standard input. The child of try N gets kill -9 just before its N-th statement: before the first,
between any two, before the COMMIT and after it. With `--stop-at` there is one try, stopped there, which goes on when
continued.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable
from functools import partial

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from accounts import clock  # noqa: E402
from accounts.actions import deliveries  # noqa: E402
from escalations.actions import escalations  # noqa: E402

AFTER = "after COMMIT"
WORK: dict[str, Callable[[], object]] = {
    "step": lambda: escalations.advance(at=clock.now()),
    "webhook": partial(deliveries.send_due, channel="webhook"),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=WORK)
    parser.add_argument("--stop-at", type=int)
    asked = parser.parse_args()
    if asked.stop_at is not None:
        interrupted(WORK[asked.work], asked.stop_at, signal.SIGSTOP)
        return
    at = 0
    while True:
        at += 1
        died, where = tried(WORK[asked.work], at)
        print(json.dumps({"at": at, "died": died, "where": where}), flush=True)
        if not sys.stdin.readline().strip():
            return
        if not died or where == AFTER:  # this try did the whole work
            at = 0


def tried(work: Callable[[], object], at: int) -> tuple[bool, str]:
    """Whether the try died, and before which statement."""
    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            interrupted(work, at, signal.SIGKILL, partial(os.write, writing))
        finally:
            os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as told:
        where = told.read().decode(errors="replace")
    if os.WIFSIGNALED(status):
        return True, where
    if where:
        raise SystemExit(f"it was told to die and did not: {where}")
    return False, ""


def interrupted(
    work: Callable[[], object],
    at: int,
    number: signal.Signals,
    tell: Callable[[bytes], object] = lambda _: None,
) -> None:
    count = 0

    def reach(where: str) -> None:
        nonlocal count
        count += 1
        if count == at:
            tell(where[:80].encode())
            os.kill(os.getpid(), number)

    def counted(execute, sql, params, many, context):
        reach(" ".join(str(sql).split()))
        return execute(sql, params, many, context)

    ended = connection._commit

    def commit() -> None:
        reach("COMMIT")
        ended()
        reach(AFTER)

    connection.ensure_connection()
    connection._commit = commit  # type: ignore[method-assign]
    with connection.execute_wrapper(counted):
        work()


if __name__ == "__main__":
    main()
