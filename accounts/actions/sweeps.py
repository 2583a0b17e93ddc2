"""What a sweep could not do. Whoever sets something aside says so here, so that paging which keeps failing makes
/healthz fail with it instead of standing in a log alone."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.db import Error, InterfaceError, OperationalError, transaction

from accounts import clock
from accounts.models import SweepFailure
from accounts.querysets import FORGET_AFTER

log = logging.getLogger("watchfloor.sweeps")


@transaction.atomic
def failed(*, sweep: str, at: datetime) -> None:
    """Something in the sweep failed at `at`. It goes on failing `since` the first time that was not followed by
    `FORGET_AFTER` of quiet."""
    standing, new = SweepFailure.objects.select_for_update().get_or_create(
        sweep=sweep, defaults={"since": at, "last_at": at}
    )
    if new:
        return
    if at - standing.last_at > FORGET_AFTER:
        standing.since = at
    standing.last_at = at
    standing.save(update_fields=["since", "last_at"])


def guarded(sweep: str, work: Callable[[], int], *, otherwise: int = 0) -> int:
    """The result of `work`, or `otherwise` where it raised: that is logged and recorded, and the caller goes on with
    what else there is to do. What the connection itself raises is for the caller to see as well."""
    try:
        return work()
    except (OperationalError, InterfaceError):
        _record(sweep)
        raise
    except Exception:
        log.exception("the sweep of %s failed", sweep)
        _record(sweep)
        return otherwise


def _record(sweep: str) -> None:
    """Unless the database is away, which /healthz sees for itself."""
    with suppress(Error):
        failed(sweep=sweep, at=clock.now())
