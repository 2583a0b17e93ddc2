"""Writing down what has been worked. A shift that has ended is recorded once and never again."""

from datetime import datetime, timedelta

from django.db import transaction

from oncall import rota
from oncall.models import Roster, WorkedShift

# How far back a roster's first recording looks.
FIRST_SPAN = timedelta(days=28)
# Long enough that a shift which ended after `recorded_until` is computed from its true start.
LONGEST_SHIFT = timedelta(days=35)


@transaction.atomic
def record_ended(*, roster: Roster, at: datetime) -> int:
    """Record every shift of the roster that ended in `(recorded_until, at]`; how many rows that made."""
    locked = Roster.objects.select_for_update().get(pk=roster.pk)
    since = locked.recorded_until or at - FIRST_SPAN
    if since >= at:
        return 0
    look = since - LONGEST_SHIFT, at + LONGEST_SHIFT
    rules = Roster.objects.filter(pk=locked.pk).rules(look)[locked.pk]
    shifts = rota.final_schedule(rules, *look)
    rows = [
        WorkedShift(
            roster=locked,
            person_id=person,
            layer_name=shift.layer,
            duty=shift.duty,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
        )
        for shift in shifts
        if since < shift.ends_at <= at
        for person in shift.people
    ]
    WorkedShift.objects.bulk_create(rows, ignore_conflicts=True)
    locked.recorded_until = at
    locked.save(update_fields=["recorded_until"])
    return len(rows)
