"""Whether the engine is well: how far behind it is, who of its processes gives signs of life, what keeps failing; and
whether it has asked everybody it may and nobody answers.
Four questions however much there is, so that they can be asked every few seconds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from accounts.models import ContactMethod, Heartbeat, SweepFailure

# What is due and unsent, or due and unfired, for this long is late, whoever is to do it.
OVERDUE = timedelta(seconds=60)
# Each of them says every second or two that it lives; this long without a sign is no hiccup.
SILENCE = timedelta(seconds=15)
STEPS = "steps"
WORKER, SCHEDULER, WATCHDOG = "worker", "scheduler", "watchdog"
PROCESSES = (WORKER, SCHEDULER, WATCHDOG)

# One look into an index for each lane. Beside the steps, how many runs have none left and are not answered.
_OLDEST = """
SELECT asked.channel, (
    SELECT min(due_at) FROM accounts_delivery d
    WHERE d.channel = asked.channel AND d.state IN ('queued', 'sending')
), 0
FROM unnest(%(channels)s) asked (channel)
UNION ALL
SELECT 'steps', least(
    (SELECT min(due_at) FROM escalations_escalation WHERE state = 'running'),
    (SELECT min(handoff_at) FROM escalations_escalation WHERE handoff_at IS NOT NULL),
    (SELECT min(pick_up_by) FROM escalations_escalation WHERE pick_up_by IS NOT NULL)
), (
    SELECT count(*) FROM escalations_escalation e JOIN incidents_incident i ON i.id = e.incident_id
    WHERE e.state = 'exhausted' AND i.mode = 'live'
)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """At `at`: by lane (a channel, or `steps`) the age of the oldest thing due there and not done; by process how long
    it has been silent, where it ever gave a sign; the sweeps that keep failing; and how many live runs have said their
    last word and are `unanswered`, which is no fault of the engine and not well either."""

    at: datetime
    oldest: dict[str, timedelta]
    silent_for: dict[str, timedelta]
    failing: tuple[str, ...]
    unanswered: int

    @property
    def oldest_step(self) -> timedelta:
        return self.oldest[STEPS]

    @property
    def oldest_delivery(self) -> timedelta:
        return max(age for lane, age in self.oldest.items() if lane != STEPS)

    @property
    def oldest_due(self) -> timedelta:
        return max(self.oldest.values())

    @property
    def is_overdue(self) -> bool:
        return self.oldest_due > OVERDUE

    def has_beaten(self, process: str, *, within: timedelta = SILENCE) -> bool:
        return process in self.silent_for and self.silent_for[process] < within

    def fell_silent(self, process: str, *, since: timedelta) -> bool:
        """Whether it has been alive, and gave no sign for that long."""
        return process in self.silent_for and self.silent_for[process] >= since


def look(*, at: datetime) -> Standing:
    beats = Heartbeat.objects.values_list("process", "beat_at")
    failing = SweepFailure.objects.going_on(at=at).values_list("sweep", flat=True)
    oldest, unanswered = _oldest(at)
    return Standing(
        at=at,
        oldest=oldest,
        silent_for={process: max(at - beat_at, timedelta(0)) for process, beat_at in beats},
        failing=tuple(failing),
        unanswered=unanswered,
    )


def _oldest(at: datetime) -> tuple[dict[str, timedelta], int]:
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST, {"channels": list(ContactMethod.Kind.values)})
        rows = cursor.fetchall()
    oldest = {lane: max(at - due_at, timedelta(0)) if due_at else timedelta(0) for lane, due_at, _red in rows}
    return oldest, sum(red for _lane, _due_at, red in rows)
