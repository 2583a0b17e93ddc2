"""When a review is due, and for which incidents one is owed. Pure."""

from datetime import date, timedelta

# By severity: SEV0 in working days (Monday to Friday), the others in days. SEV3 and SEV4 owe no review; one
# that is started for them has the longest of these.
WORKING_DAYS = {0: 5}
DAYS = {1: 10, 2: 10, 3: 20, 4: 20}
OWED_UP_TO = 2
SATURDAY = 5


def is_owed(*, severity: int, mode: str) -> bool:
    """Whether ending an incident drafts its review without anybody asking. Exercises are reviewed on request."""
    return mode == "live" and severity <= OWED_UP_TO


def due_on(*, severity: int, ended_on: date) -> date:
    """The day the review is due; the day the incident ended is not counted."""
    if severity in DAYS:
        return ended_on + timedelta(days=DAYS[severity])
    return _working_days_after(ended_on, WORKING_DAYS[severity])


def _working_days_after(start: date, count: int) -> date:
    day = start
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day
