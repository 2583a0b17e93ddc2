"""Writing to the outbox. Whoever must reach a person calls `send` inside their own transaction; the rows
are then the promise, and the sweeps keep it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, FilteredRelation, Q

from accounts import notify
from accounts.models import ContactMethod, Delivery, Message, Urgency, User
from accounts.nudge import nudge_on_commit
from accounts.signals import message_failed, message_failing

LOUD = frozenset({ContactMethod.Kind.VOICE})

# By person and urgency.
Ways = dict[tuple[int, str], list[notify.Way]]


class UnreachableError(Exception):
    """The person has no verified way to be reached."""


def send(
    *,
    to: User,
    urgency: str,
    subject: str,
    text: str,
    link_to: str,
    link_label: str,
    dedupe_key: str,
    at: datetime,
    severity: int | None = None,
    only_method: ContactMethod | None = None,
    exercise: bool = False,
    known_ways: Ways | None = None,
) -> Message:
    """Promise `to` a message, once per `dedupe_key`: the same key again returns the first message. Every attempt that
    their rules ask for is written now, each with the moment it is due; the words must be content-free, for they leave
    the house. A page carries its incident's `severity`, a check the method it tries out; an `exercise`
    is a test or a drill, which nothing real travels under; `known_ways` are those that
    the caller has read already, in this transaction.
    Raises `UnreachableError`, nothing written, when there is no usable method."""
    ways = _ways(to, urgency, only_method) if known_ways is None else known_ways[to.pk, urgency]
    attempts = notify.plan(urgency=urgency, severity=severity, ways=ways, quiet=_quiet(to), at=at)
    if not attempts:
        first = Message.objects.filter(dedupe_key=dedupe_key).first()
        if first is None:
            raise UnreachableError(to.pk)
        return first
    message = Message(
        to=to,
        urgency=urgency,
        severity=severity,
        exercise=exercise,
        only_method=only_method,
        subject=subject,
        text=text,
        link_to=link_to,
        link_label=link_label,
        dedupe_key=dedupe_key,
        created_at=at,
    )
    with transaction.atomic(savepoint=False):
        Message.objects.bulk_create([message], ignore_conflicts=True)
        kept = Message.objects.only("id").get(dedupe_key=dedupe_key)
        if kept.pk != message.pk:
            return Message.objects.get(pk=kept.pk)
        _queue(message, attempts, at)
    return message


def ways(asked: Iterable[tuple[User, str]]) -> Ways:
    """Each person's usable methods in their order, with what their rules for that urgency say. One query for each
    urgency."""
    people: dict[str, set[int]] = defaultdict(set)
    found: Ways = {}
    for person, urgency in asked:
        found[person.pk, urgency] = []
        if person.is_active:
            people[urgency].add(person.pk)
    for urgency, pks in people.items():
        ruled = FilteredRelation("rules", condition=Q(rules__urgency=urgency))
        usable = ContactMethod.objects.filter(person__in=pks, verified_at__isnull=False, disabled_at=None)
        told = usable.annotate(ruled=ruled, delay=F("ruled__delay")).order_by("position", "pk")
        for owner, pk, kind, delay in told.values_list("person", "pk", "kind", "delay"):
            found[owner, urgency].append(notify.Way(pk, kind, delay, loud=kind in LOUD))
    return found


@transaction.atomic
def hold(*, message: Message, at: datetime) -> Message:
    """Lock a message about to fail somewhere, so that of two attempts failing at once the later sees the earlier.
    Whoever would act on that locks their own rows before, as locks go from the top down."""
    message_failing.send(sender=Message, message=message, at=at)
    return (
        Message.objects.select_for_update(no_key=True, of=("self",)).select_related("to").get(pk=message.pk)
    )


@transaction.atomic
def queue_next_method(*, message: Message, at: datetime, within: timedelta = timedelta(0)) -> None:
    """One attempt did not get through: the next one planned comes forward to `within` from now at the latest, or where
    none is, a method that was not planned at all. With nothing left, and none that ever took it, the message has
    failed, and that fact goes up. The caller holds the message."""
    if message.settled_at is not None:
        return
    latest = at + within
    planned = (
        message.deliveries.filter(state=Delivery.State.QUEUED, attempt=1).order_by("due_at", "pk").first()
    )
    if planned is not None:
        _bring_forward(planned, message, at, latest)
    elif not _queue_untried(message, at, latest) and not _is_alive(message):
        message_failed.send(sender=Message, message=message, at=at, because="unreachable")


@transaction.atomic
def withhold(*, message: Message, at: datetime) -> None:
    """Whoever sent it no longer wants it said. Unless it is settled anyway, that fact goes up, and what is still
    planned is cancelled. The caller holds the message."""
    if message.settled_at is None:
        message_failed.send(sender=Message, message=message, at=at, because="withheld")
        settle(messages=[message], at=at, because="withheld")


@transaction.atomic
def settle(*, messages: Iterable[Message], at: datetime, because: str) -> None:
    """Nothing more need be said: open attempts are cancelled, one being sent right now included (its outcome
    is refused when it comes). Settling twice changes nothing."""
    ids = [message.pk for message in messages]
    Message.objects.filter(pk__in=ids, settled_at=None).update(settled_at=at, settled_because=because)
    Delivery.objects.open().filter(message__in=ids).update(
        state=Delivery.State.CANCELLED, lease_until=None, ended_at=at, outcome=because
    )


def _queue(message: Message, attempts: Iterable[notify.Planned], at: datetime) -> None:
    rows = [
        Delivery(
            message=message,
            method_id=way.method,
            channel=way.kind,
            due_at=due_at,
            pressing=message.severity == 0 or message.urgency == Urgency.CHECK,
        )
        for way, due_at in ((attempt.way, attempt.due_at) for attempt in attempts)
    ]
    Delivery.objects.bulk_create(rows)
    _nudge({row.channel for row in rows if row.due_at <= at})


def _bring_forward(planned: Delivery, message: Message, at: datetime, latest: datetime) -> None:
    due_at = _past_quiet(message, latest)
    if planned.due_at <= due_at:
        return
    Delivery.objects.filter(pk=planned.pk, state=Delivery.State.QUEUED).update(due_at=due_at)
    if due_at <= at:
        _nudge({planned.channel})


def _queue_untried(message: Message, at: datetime, latest: datetime) -> bool:
    """Whether there was a method that this message had no attempt on."""
    tried = set(message.deliveries.values_list("method_id", flat=True))
    way = notify.next_untried(message.urgency, _ways(message.to, message.urgency), tried)
    if way is not None:
        _queue(message, [notify.Planned(way, _past_quiet(message, latest))], at)
    return way is not None


def _is_alive(message: Message) -> bool:
    """Whether an attempt is still under way, or some provider took it: then they may yet answer."""
    states = [Delivery.State.QUEUED, Delivery.State.SENDING, Delivery.State.SENT]
    return message.deliveries.filter(state__in=states).exists()


def _past_quiet(message: Message, moment: datetime) -> datetime:
    quiet = _quiet(message.to)
    if quiet is None or notify.passes_quiet(message.urgency, message.severity):
        return moment
    return quiet.past(moment)


def _quiet(person: User) -> notify.Quiet | None:
    if person.quiet_from is None or person.quiet_until is None:
        return None
    return notify.Quiet(person.quiet_from, person.quiet_until, person.zone)


def _ways(person: User, urgency: str, only: ContactMethod | None = None) -> list[notify.Way]:
    """A check tries the method it is given, verified or not; anything else the person's own."""
    if only is None:
        return ways([(person, urgency)])[person.pk, urgency]
    return [notify.Way(only.pk, only.kind)] if only.disabled_at is None else []


def _nudge(channels: Iterable[str]) -> None:
    for channel in sorted(channels):
        nudge_on_commit(f"accounts.send_{channel}")
