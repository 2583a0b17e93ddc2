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
# What is due and was to be had by nobody here is in another's hands this moment; that is over sooner than any sweep.
HELD = timedelta(seconds=0.1)

_DUE = """d.state IN ('queued', 'sending')
        AND (d.state = 'queued' AND d.due_at <= %(late)s OR d.state = 'sending' AND d.lease_until <= %(late)s)"""
_FREE = "(c.paced_until IS NULL OR c.paced_until <= %(late)s)"

# Whoever holds a method's row is the only one to send there, and has the pace set from now; what is pressing asks for
# no method. Each process passes over what another has locked *before* it counts how many it may take, so that as many
# as there are share the queue. Of a method it has, it takes all that waits there, and tells it together.
# A call is known by its `key`: the bundle's where it went as one before, the delivery's where it went alone, and
# otherwise the method's. What was claimed before is seen whole, as a bundle must not be torn; it is no more than was
# under way at once. And it goes first: whoever had it is dead or was too slow, and it has waited for that already.
# The shape is held against a planner that knows nothing of a queue that grew a moment ago: what a method has is looked
# up method by method, and what is taken by its id.
_TAKE = """
WITH urgent_begun AS MATERIALIZED (
    SELECT d.id FROM accounts_delivery d WHERE d.channel = %(channel)s AND d.pressing AND d.fence > 0 AND {due}
    ORDER BY d.due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
), urgent_fresh AS MATERIALIZED (
    SELECT d.id FROM accounts_delivery d WHERE d.channel = %(channel)s AND d.pressing AND d.fence = 0 AND {due}
    ORDER BY d.due_at LIMIT %(most)s - (SELECT count(*) FROM urgent_begun) FOR UPDATE SKIP LOCKED
), pressing AS MATERIALIZED (
    SELECT id FROM urgent_begun UNION ALL SELECT id FROM urgent_fresh
), room AS MATERIALIZED (
    SELECT %(most)s - count(*) AS calls FROM pressing
), waiting AS (
    SELECT d.method_id, d.due_at AS since, false AS fresh
    FROM accounts_delivery d JOIN accounts_contactmethod c ON c.id = d.method_id
    WHERE d.channel = %(channel)s AND NOT d.pressing AND d.fence > 0 AND {due} AND {free}
UNION ALL
    (SELECT d.method_id, d.due_at, true
    FROM accounts_delivery d JOIN accounts_contactmethod c ON c.id = d.method_id
    WHERE d.channel = %(channel)s AND NOT d.pressing AND d.fence = 0 AND {due} AND {free}
    ORDER BY d.due_at LIMIT %(seen)s)
), method AS MATERIALIZED (
    SELECT c.id FROM accounts_contactmethod c
    JOIN (
        SELECT method_id, bool_and(fresh) AS fresh, min(since) AS since FROM waiting GROUP BY method_id
    ) first ON first.method_id = c.id
    WHERE {free}
    ORDER BY first.fresh, first.since, c.id LIMIT (SELECT calls FROM room) FOR NO KEY UPDATE OF c SKIP LOCKED
), there AS MATERIALIZED (
    SELECT each.*, row_number() OVER (PARTITION BY key ORDER BY since, each.id) AS place
    FROM method CROSS JOIN LATERAL (
        SELECT d.id, d.state, d.fence, d.due_at AS since, d.fence = 0 AS fresh,
            CASE WHEN d.fence = 0 THEN 'm' || d.method_id ELSE coalesce('b' || d.bundle, 'd' || d.id) END AS key
        FROM accounts_delivery d WHERE d.method_id = method.id AND NOT d.pressing AND {due}
        OFFSET 0
    ) each
), call AS MATERIALIZED (
    SELECT key FROM (
        SELECT key, fresh, min(since) AS since,
            sum(count(*)) OVER (ORDER BY fresh, min(since), key) - count(*) AS before
        FROM there WHERE place <= %(together)s GROUP BY key, fresh
    ) one WHERE before < %(together)s ORDER BY fresh, since, key LIMIT (SELECT calls FROM room)
), mine AS MATERIALIZED (
    SELECT d.id, d.idempotency_key, d.method_id, chosen.fresh
    FROM (SELECT * FROM there WHERE key IN (SELECT key FROM call) AND place <= %(together)s OFFSET 0) chosen
    JOIN accounts_delivery d ON d.id = chosen.id
    WHERE d.fence = chosen.fence AND d.state = chosen.state FOR UPDATE OF d SKIP LOCKED
), paced AS (
    UPDATE accounts_contactmethod SET paced_until = %(at)s + %(pace)s WHERE id IN (SELECT method_id FROM mine)
), told AS (
    SELECT id, NULL AS bundle FROM pressing
UNION ALL
    SELECT id, CASE WHEN fresh AND count(*) OVER each > 1 THEN first_value(idempotency_key) OVER each END
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
SELECT min(greatest(d.due_at, %(held)s, CASE WHEN NOT d.pressing THEN c.paced_until END)) FROM (
    SELECT * FROM accounts_delivery d
    WHERE d.channel = %(channel)s AND d.state IN ('queued', 'sending') AND d.state = 'queued' AND d.due_at <= %(until)s
    ORDER BY d.due_at LIMIT %(seen)s
) d JOIN accounts_contactmethod c ON c.id = d.method_id
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
    """Up to `most` calls that are due, claimed for `LEASE`: the pressing, what somebody began, the longest due. `grace`
    leaves what is fresh to others: the watchdog passes it so that it carries only what the workers have not."""
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
    paced = {row.method_id for row in rows if not row.pressing}
    ContactMethod.objects.filter(pk__in=paced).update(paced_until=None)


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
    """When something on the channel that could not be had now will be free to leave, if that is within `PACE`. What
    is free already and was not had is looked at again after `HELD`."""
    until = at + PACE
    with connection.cursor() as cursor:
        cursor.execute(_SOONEST, {"channel": channel, "held": at + HELD, "until": until, "seen": MOST_SEEN})
        moment = cursor.fetchone()[0]
    return moment if moment is not None and moment <= until else None
