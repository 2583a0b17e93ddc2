"""What nobody presses a button for, in rounds: safe to run twice, at once, or late, and each round bounded, also in how
long it waits for a table that somebody keeps to themselves."""

from datetime import datetime

from accounts.models import Heartbeat
from accounts.patience import impatient
from oncall.actions import coverage_notices, handovers, lapsing, swaps, turn_notices

PROCESS = "oncall"  # the sign of life of whoever ran a round last
MOST_ROSTERS = 20


@impatient()
def keep_watch(*, at: datetime) -> int:
    """Whoever comes on duty or goes off it hears of it, late starts are offered, old offers of swaps expire and dead
    ones lapse, the manager hears of handovers that nobody accepted; how much there was to do."""
    Heartbeat.objects.beat(PROCESS, at=at)
    return (
        turn_notices.tell_turns(at=at)
        + turn_notices.tell_late_starts(at=at)
        + swaps.expire(at=at)
        + lapsing.lapse(at=at)
        + handovers.lapse_due(at=at)
    )


@impatient()
def look_ahead(*, at: datetime, most: int = MOST_ROSTERS) -> int:
    """The rosters nobody has looked at for longest: their owners hear what is wrong ahead; how many were looked at."""
    count = 0
    while count < most and coverage_notices.check_next(at=at):
        count += 1
    return count
