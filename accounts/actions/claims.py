"""Taking what is due on a channel, under a lease, one provider call at a time.

The first for a method leaves at once; what follows within `PACE` leaves together when that is over. The most severe
and somebody's own checks wait for nothing and leave alone. What was claimed before goes again as it went: under the
same key and with nothing added, so that a duplicate can be told as one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import ContactMethod, Delivery

# Longer than any channel's own timeout, short enough that a killed sender's page is taken over in 30 s.
LEASE = timedelta(seconds=20)
PACE = timedelta(seconds=2)
# One call tells of so many at most; what is more leaves with the next.
MOST_TOGETHER = 500

# However long the queue is, one claim looks no further ahead than this.
MOST_SEEN = 1000

_DUE = """d.state IN ('queued', 'sending')
        AND (d.state = 'queued' AND d.due_at <= %(late)s OR d.state = 'sending' AND d.lease_until <= %(late)s)"""
_FREE = "(c.paced_until IS NULL OR c.paced_until <= %(late)s)"

# A call is known by its `key`: the delivery's where it leaves alone, the bundle's where it went as one before, and
# otherwise the method's. Whoever holds the method's row is the only one to send there, and has the pace set from now.
# What was claimed before is seen whole, as a bundle must not be torn; it is no more than was under way at once.
_TAKE = """
WITH waiting AS MATERIALIZED (
    (SELECT d.id, d.method_id, greatest(d.due_at, d.lease_until) AS since, true AS pressing, false AS fresh,
        'd' || d.id AS key
    FROM accounts_delivery d
    WHERE d.channel = %(channel)s AND d.pressing AND {due}
    ORDER BY d.due_at LIMIT %(seen)s)
UNION ALL
    SELECT d.id, d.method_id, greatest(d.due_at, d.lease_until), false, false, coalesce('b' || d.bundle, 'd' || d.id)
    FROM accounts_delivery d JOIN accounts_contactmethod c ON c.id = d.method_id
    WHERE d.channel = %(channel)s AND NOT d.pressing AND d.fence > 0 AND {due} AND {free}
UNION ALL
    (SELECT d.id, d.method_id, d.due_at, false, true, 'm' || d.method_id
    FROM accounts_delivery d JOIN accounts_contactmethod c ON c.id = d.method_id
    WHERE d.channel = %(channel)s AND NOT d.pressing AND d.fence = 0 AND {due} AND {free}
    ORDER BY d.due_at LIMIT %(seen)s)
), call AS (
    SELECT key, method_id, pressing FROM waiting
    GROUP BY key, method_id, pressing ORDER BY pressing DESC, min(since), key LIMIT %(most)s
), free AS (
    SELECT c.id FROM accounts_contactmethod c
    WHERE c.id IN (SELECT method_id FROM call WHERE NOT pressing) AND {free}
    ORDER BY c.id FOR NO KEY UPDATE SKIP LOCKED
), paced AS (
    UPDATE accounts_contactmethod c SET paced_until = %(at)s + %(pace)s FROM free WHERE c.id = free.id
), mine AS MATERIALIZED (
    SELECT d.id, d.idempotency_key, d.method_id, w.fresh FROM accounts_delivery d
    JOIN waiting w ON w.id = d.id JOIN call USING (key)
    WHERE (w.pressing OR d.method_id IN (SELECT id FROM free)) AND {due}
    ORDER BY w.pressing DESC, w.since LIMIT %(together)s
    FOR UPDATE OF d SKIP LOCKED
), told AS (
    SELECT id, CASE WHEN fresh AND count(*) OVER each > 1 THEN first_value(idempotency_key) OVER each END AS bundle
    FROM mine
    WINDOW each AS (
        PARTITION BY method_id, fresh ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
)
UPDATE accounts_delivery d
SET state = 'sending', fence = d.fence + 1, lease_until = %(at)s + %(lease)s,
    bundle = coalesce(told.bundle, d.bundle)
FROM told WHERE d.id = told.id
RETURNING d.*
"""
_SOONEST = """
SELECT min(free_at) FROM (
    SELECT CASE WHEN d.pressing THEN d.due_at ELSE greatest(d.due_at, c.paced_until) END
    FROM accounts_delivery d
    JOIN accounts_contactmethod c ON c.id = d.method_id
    WHERE d.channel = %(channel)s AND d.state = 'queued' AND d.due_at <= %(until)s
) waiting (free_at)
WHERE free_at > %(at)s AND free_at <= %(until)s
"""


@dataclass(frozen=True, slots=True)
class Call:
    """What leaves in one call of a provider: deliveries by one method to one person, one of them as a rule. Under each
    claim its fence; once somebody else has claimed a row, nothing said of it here counts."""

    deliveries: tuple[Delivery, ...]

    @property
    def key(self) -> UUID:
        """The same however often it is attempted, and whoever attempts it. Several go by the key of the first."""
        first = self.deliveries[0]
        return first.bundle or first.idempotency_key

    def only(self, standing: Iterable[Delivery]) -> "Call | None":
        """Of these rows, the ones of this call and in their order; None when none is left."""
        ids = {delivery.pk for delivery in self.deliveries}
        left = tuple(delivery for delivery in standing if delivery.pk in ids)
        return Call(left) if left else None


def take(*, channel: str, at: datetime, most: int, grace: timedelta = timedelta(0)) -> list[Call]:
    """Up to `most` calls that are due, claimed for `LEASE`, the pressing and the longest due first. `grace` leaves what
    is fresh to others: the watchdog passes it so that it carries only what the workers have not."""
    asked = {
        "channel": channel,
        "at": at,
        "late": at - grace,
        "most": most,
        "pace": PACE,
        "lease": LEASE,
        "together": MOST_TOGETHER,
        "seen": MOST_SEEN,
    }
    together: dict[UUID, list[Delivery]] = defaultdict(list)
    for delivery in Delivery.objects.raw(_TAKE.format(due=_DUE, free=_FREE), asked):
        together[delivery.bundle or delivery.idempotency_key].append(delivery)
    calls = [Call(tuple(sorted(rows, key=lambda row: row.pk))) for rows in together.values()]
    return sorted(calls, key=lambda call: min((row.due_at, row.pk) for row in call.deliveries))


@transaction.atomic
def hand_back(*, calls: Sequence[Call]) -> None:
    """Nothing was said of these: they are anybody's at once. What somebody else took meanwhile is left alone."""
    rows = [delivery for call in calls for delivery in call.deliveries]
    standing_claims(rows).update(state=Delivery.State.QUEUED, lease_until=None)
    ContactMethod.objects.filter(pk__in={row.method_id for row in rows}).update(paced_until=None)


def standing_claims(deliveries: Iterable[Delivery]):
    """Those of these rows whose claim is still the one they were taken under."""
    fences = defaultdict(list)
    for delivery in deliveries:
        fences[delivery.fence].append(delivery.pk)
    ours = Q(pk__in=[])
    for fence, ids in fences.items():
        ours |= Q(fence=fence, pk__in=ids)
    return Delivery.objects.filter(ours, state=Delivery.State.SENDING)


def soonest(*, channel: str, at: datetime) -> datetime | None:
    """When something on the channel that may not leave yet will be free to, if that is within `PACE`."""
    with connection.cursor() as cursor:
        cursor.execute(_SOONEST, {"channel": channel, "at": at, "until": at + PACE})
        return cursor.fetchone()[0]
