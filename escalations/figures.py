"""The engine in figures, read from Postgres at the moment they are asked for, so that any web process gives the same:
for whoever looks at the engine's page, and for Prometheus. Codes and counts alone; nobody and nothing is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from accounts.models import ContactMethod, Delivery
from escalations.models import Escalation, Page

WINDOW = timedelta(hours=1)
CHANNELS = tuple(ContactMethod.Kind.values)
ENDED = (Delivery.State.SENT, Delivery.State.FAILED, Delivery.State.CANCELLED)

# From acceptance (a run begins in the transaction that accepts) to the first attempt of the first page. A page that was
# not to leave at once, for its person sleeps, says nothing about the engine.
_FIRST_ATTEMPTS = """
SELECT count(*), percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY seconds)
FROM (
    SELECT extract(epoch FROM min(coalesce(d.handed_at, d.ended_at)) - e.started_at)::float8
    FROM escalations_escalation e
    JOIN escalations_page p ON p.escalation_id = e.id
    JOIN accounts_message m ON m.id = p.message_id
    JOIN accounts_delivery d ON d.message_id = m.id
    WHERE e.started_at > %(since)s AND e.follows_id IS NULL
        AND d.attempt = 1 AND d.state IN ('sent', 'failed') AND d.due_at <= m.created_at
        AND p.created_at = (SELECT min(created_at) FROM escalations_page WHERE escalation_id = e.id)
    GROUP BY e.id
) first (seconds)
"""
_LAST = """
SELECT asked.channel, taken.ended_at, refused.ended_at, coalesce(refused.outcome, '')
FROM unnest(%(channels)s) asked (channel)
LEFT JOIN LATERAL (
    SELECT ended_at FROM accounts_delivery
    WHERE channel = asked.channel AND state = 'sent' AND ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 1
) taken ON true
LEFT JOIN LATERAL (
    SELECT ended_at, outcome FROM accounts_delivery
    WHERE channel = asked.channel AND state = 'failed' AND ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 1
) refused ON true
"""
# Numbers only go up, and reading the last costs nothing; one that was not kept leaves a gap.
_NUMBERED = """
SELECT (SELECT max(id) FROM escalations_escalation), (SELECT max(id) FROM accounts_delivery),
    (SELECT max(id) FROM incidents_intakerecord)
"""
_CALLS = """
SELECT door, outcome, count(*)
FROM incidents_integration i
JOIN LATERAL (
    SELECT door, outcome FROM incidents_intakerecord r WHERE r.integration_id = i.id AND r.at > %(since)s
) recent ON true
GROUP BY door, outcome ORDER BY door, outcome
"""


@dataclass(frozen=True, slots=True)
class FirstAttempts:
    """How many runs of the last hour made one, and in seconds how soon; None where there was none."""

    count: int
    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits on a channel: due, for later, and in somebody's hands."""

    due: int = 0
    later: int = 0
    in_hand: int = 0


@dataclass(frozen=True, slots=True)
class Provider:
    """When it took something last, and when it did not, with what it said."""

    took_at: datetime | None
    failed_at: datetime | None
    failure: str


@dataclass(frozen=True, slots=True)
class Runs:
    running: int
    exhausted: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class Numbered:
    """The last number given out."""

    escalations: int
    deliveries: int
    calls: int


def first_attempts(*, at: datetime) -> FirstAttempts:
    count, quantiles = _rows(_FIRST_ATTEMPTS, since=at - WINDOW)[0]
    return FirstAttempts(count, *(quantiles or (None, None, None)))


def queues(*, at: datetime) -> dict[str, Queue]:
    counted = (
        Delivery.objects.open()
        .values_list("channel")
        .annotate(
            due=Count("pk", filter=Q(state="queued", due_at__lte=at)),
            later=Count("pk", filter=Q(state="queued", due_at__gt=at)),
            in_hand=Count("pk", filter=Q(state="sending")),
        )
    )
    return dict.fromkeys(CHANNELS, Queue()) | {channel: Queue(*told) for channel, *told in counted}


def ended(*, at: datetime) -> dict[tuple[str, str], int]:
    """By channel and state, how many deliveries ended within the last hour."""
    recent = Delivery.objects.filter(channel__in=CHANNELS, state__in=ENDED, ended_at__gt=at - WINDOW)
    counted = recent.values_list("channel", "state").annotate(Count("pk")).order_by("channel", "state")
    nothing = {(channel, state.value): 0 for channel in CHANNELS for state in ENDED}
    return nothing | {(channel, state): count for channel, state, count in counted}


def unconfirmed(*, at: datetime) -> dict[str, int]:
    """By channel, what a provider took within the last hour and then said nothing of in time."""
    silent = Delivery.objects.filter(channel__in=CHANNELS, state="sent", ended_at__gt=at - WINDOW).filter(
        confirmed_at=None, outcome__contains="not confirmed"
    )
    return dict(silent.values_list("channel").annotate(Count("pk")))


def providers() -> dict[str, Provider]:
    return {channel: Provider(*told) for channel, *told in _rows(_LAST)}


def runs() -> Runs:
    counted = Escalation.objects.open().aggregate(
        running=Count("pk", filter=Q(state="running")),
        exhausted=Count("pk", filter=Q(state="exhausted")),
        set_aside=Count("pk", filter=Q(failures__gt=0)),
    )
    return Runs(**counted)


def steps_fired(*, at: datetime) -> int:
    """Steps that paged somebody within the last hour; one whose pages were not all written at once is still one."""
    recent = Page.objects.filter(created_at__gt=at - WINDOW, asked_by=None)
    return recent.values("escalation", "step").distinct().count()


def waiting_pages() -> dict[int, int]:
    """By severity, how many pages nobody has answered."""
    counted = Page.objects.waiting().values_list("incident__severity").annotate(Count("pk"))
    return dict.fromkeys(range(5), 0) | dict(counted)


def calls(*, at: datetime) -> Sequence[tuple[str, str, int]]:
    """By door and what became of it, how many calls of machines there were within the last hour."""
    return _rows(_CALLS, since=at - WINDOW)


def numbered() -> Numbered:
    return Numbered(*(last or 0 for last in _rows(_NUMBERED)[0]))


def _rows(sql: str, **asked: Any) -> Sequence[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"channels": list(CHANNELS)} | asked)
        return cursor.fetchall()
