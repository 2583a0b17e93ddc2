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

# A function of the database, so that it is not planned anew at every claim; what it does and why is in migration 0016.
_TAKE = """
SELECT * FROM take_calls(
    %(channel)s, %(at)s, %(late)s, %(most)s, %(pace)s, %(lease)s, %(together)s, %(seen)s
)
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
    for delivery in Delivery.objects.raw(_TAKE, asked):
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
