"""Writing down what has been worked: shifts that have ended, pages that were handled. Each once and never again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from accounts.patience import impatient
from oncall import rota
from oncall.models import HandledPage, Roster, WorkedShift
from oncall.rota import LONGEST_SCHEDULE
from oncall.spans import Span

# How far back a roster's first recording looks.
FIRST_SPAN = timedelta(days=28)
# Most shifts are shorter; one that began before is looked for further back.
USUAL_SHIFT = timedelta(days=35)
EVERY = timedelta(minutes=5)
# A sweep records so many rosters and comes again.
MOST_AT_ONCE = 100


@impatient()
def record_due(*, at: datetime, most: int = MOST_AT_ONCE) -> int:
    """Record the rosters that waited longest, beyond `EVERY`; how many rows that made."""
    due = Roster.objects.filter(Q(recorded_until=None) | Q(recorded_until__lte=at - EVERY))
    oldest = list(due.order_by(F("recorded_until").asc(nulls_first=True), "pk")[:most])
    return sum(record_ended(roster=roster, at=at) for roster in oldest)


@transaction.atomic
def record_ended(*, roster: Roster, at: datetime) -> int:
    """Record every shift of the roster that ended in `(recorded_until, at]`; how many rows that made."""
    locked = Roster.objects.select_for_update().get(pk=roster.pk)
    since = locked.recorded_until or at - FIRST_SPAN
    if since >= at:
        return 0
    rows = [
        WorkedShift(
            roster=locked,
            person_id=person,
            layer_name=shift.layer,
            duty=shift.duty,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
        )
        for shift in _ended(locked, (since, at))
        for person in shift.people
    ]
    WorkedShift.objects.bulk_create(rows, ignore_conflicts=True)
    locked.recorded_until = at
    locked.save(update_fields=["recorded_until"])
    return len(rows)


@dataclass(frozen=True, slots=True)
class Answer:
    """`person` answered a page at `at`, `minutes` after being asked."""

    person: User
    at: datetime
    minutes: int
    key: str


@transaction.atomic
def pages_handled(*, answers: Iterable[Answer]) -> None:
    """Answers to pages; each `key` counts once."""
    rows = [HandledPage(person=one.person, at=one.at, minutes=one.minutes, key=one.key) for one in answers]
    HandledPage.objects.bulk_create(rows, ignore_conflicts=True)


def _ended(roster: Roster, span: Span) -> list[rota.Shift]:
    """The shifts that ended within `(span]`, each from where it really began."""
    back = USUAL_SHIFT
    while True:
        look = span[0] - back, span[1] + rota.MOMENT
        rules = Roster.objects.filter(pk=roster.pk).rules(look)[roster.pk]
        shifts = rota.final_schedule(rules, *look)
        ended = [shift for shift in shifts if span[0] < shift.ends_at <= span[1]]
        back *= 4
        if all(shift.starts_at > look[0] for shift in ended) or look[1] - look[0] + back > LONGEST_SCHEDULE:
            return ended
