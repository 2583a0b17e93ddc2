"""The log of what came in at an integration's doors. It is a convenience for whoever sets a machine up: losing a
line must never lose, delay or refuse a report."""

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction

from incidents.choices import IntakeOutcome
from incidents.models import IntakeRecord, Integration, Report

KEPT = timedelta(days=30)
LONGEST_DETAIL = 300
log = logging.getLogger("watchfloor.intake")


def keep(
    *,
    integration: Integration,
    door: str,
    at: datetime,
    status: int,
    outcome: IntakeOutcome,
    detail: str = "",
    report: Report | None = None,
) -> None:
    """One line, after the report is durable and in a transaction of its own that waits for nobody: neither for the
    disk nor for whoever holds the table."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'; SET LOCAL synchronous_commit = off")
            IntakeRecord.objects.create(
                integration=integration,
                door=door,
                at=at,
                status=status,
                outcome=outcome,
                detail=detail[:LONGEST_DETAIL],
                report=report,
            )
    except DatabaseError as error:
        log.warning("the call log missed a line of integration %s: %s", integration.pk, type(error).__name__)


@transaction.atomic
def forget(*, at: datetime) -> int:
    """Remove what is older than a month; returns how many lines. Reports stay."""
    removed = 0
    for integration in Integration.objects.all():
        removed += integration.intake_records.filter(at__lt=at - KEPT).delete()[0]
    return removed
