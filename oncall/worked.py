"""The ledger read: who worked how much in a window, and how often they were called."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from oncall import site_holidays
from oncall.models import HandledPage, Roster, WorkedShift
from oncall.spans import Span
from oncall.tally import Tally, tally


@dataclass(frozen=True, slots=True)
class Row:
    person: User
    tally: Tally


def within(window: Span, *, roster: Roster | None = None, person: User | None = None) -> list[Row]:
    """One for everybody who worked or was called then, by name: on one roster, or on all that are paged; or one
    person's alone. Pages belong to people, not to rosters. Three queries."""
    shifts = WorkedShift.objects.filter(starts_at__lt=window[1], ends_at__gt=window[0])
    shifts = shifts.filter(roster=roster) if roster else shifts.filter(roster__is_paged=True)
    pages = HandledPage.objects.filter(at__gte=window[0], at__lt=window[1])
    if person:
        shifts, pages = shifts.filter(person=person), pages.filter(person=person)
    worked: dict[int, list[tuple[tuple[int, str], Span]]] = defaultdict(list)
    for pk, on, duty, start, end in shifts.values_list(
        "person_id", "roster_id", "duty", "starts_at", "ends_at"
    ):
        worked[pk].append(((on, duty), (start, end)))
    rang: dict[int, list[datetime]] = defaultdict(list)
    for pk, at in pages.values_list("person_id", "at"):
        if roster is None or pk in worked:
            rang[pk].append(at)
    people = User.objects.filter(pk__in=worked.keys() | rang.keys()).order_by("name", "pk")
    return [Row(it, _of(it, worked[it.pk], rang[it.pk], window)) for it in people]


def _of(
    person: User, worked: list[tuple[tuple[int, str], Span]], rang: list[datetime], window: Span
) -> Tally:
    holidays = site_holidays.dates_within(person.site, person.zone, window)
    return tally(worked, rang, zone=person.zone, holidays=holidays, window=window)
