"""How long to wait for a lock, for work that is not paging: it is done again later, and must neither hold a worker
nor stand behind somebody who keeps a table to themselves."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection

WAIT = "2s"


@contextmanager
def impatient() -> Iterator[None]:
    """Within, a statement that waits for a lock longer than `WAIT` raises `OperationalError`."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = %s", [WAIT])
    try:
        yield
    finally:
        # A transaction that failed takes the setting back by itself.
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
