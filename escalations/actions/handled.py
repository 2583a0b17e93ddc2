"""Telling the ledger which pages were handled. It is derived from the pages by a sweep and never part of paging: a
ledger that is locked or failing is late, and pages are asked and answered as ever."""

import logging
from datetime import datetime

from django.db import DatabaseError, transaction

from accounts.patience import impatient
from escalations.models import Page
from oncall.actions import ledger

MOST_AT_ONCE = 500
log = logging.getLogger("watchfloor.escalations")


def report_handled(*, at: datetime, most: int = MOST_AT_ONCE) -> int:
    """Write down the answers that are not in the ledger yet, the oldest first; how many. None are lost where this
    fails, and none is counted twice."""
    answered = list(Page.objects.not_in_ledger().select_related("responder")[:most])
    if not answered:
        return 0
    try:
        with transaction.atomic(), impatient():
            # The ledger first: while it keeps us waiting we hold no page's row.
            ledger.pages_handled(answers=[_answer(page) for page in answered])
            Page.objects.filter(pk__in=[page.pk for page in answered]).update(in_ledger_at=at)
    except DatabaseError as error:
        log.warning("the ledger takes no answers, they wait: %s", type(error).__name__)
        return 0
    return len(answered)


def _answer(page: Page) -> ledger.Answer:
    assert page.ended_at is not None  # noqa: S101  a constraint says so
    minutes = int((page.ended_at - page.created_at).total_seconds() // 60)
    return ledger.Answer(page.responder, page.ended_at, max(minutes, 0), key=f"page:{page.pk}")
