"""What a random run is played on: a clock that stands still until it is told to move, providers that fail as they are
told, workers that die before any statement, and a company whose duties change hands every morning."""

import uuid
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db import connection
from django.db.models import Q

from accounts.channels import Outgoing, PermanentError, Receipt, TemporaryError
from accounts.models import (
    Clearance,
    ContactMethod,
    Delivery,
    NotificationRule,
    RoleAssignment,
    Urgency,
    User,
)
from escalations.models import EscalationPolicy, FunctionDesk, Page, PolicyStep, Route, StepTarget
from faults.invariants import Rows
from incidents.models import Incident
from oncall.models import Layer, Participant, Roster
from tests.cast import START

MOMENT = timedelta(milliseconds=1)
CHANNELS = tuple(ContactMethod.Kind.values)
PASSING = ("503", "no answer in time")
# At one moment; whoever is tried again waits, so there are never so many.
MOST_CALLS = 500
LONGEST_BACK_OFF, LONGEST_RULE = timedelta(seconds=30), timedelta(seconds=180)
MOODS = ("well", "busy", "refuses", "late", "silent", "broken")


class DiedError(BaseException):
    """Kill -9, as far as the process is concerned: nothing may catch it."""


class Clock:
    """Every look is a little later than the one before, as in life."""

    def __init__(self) -> None:
        self.at, self.elapsed = START, 0.0

    def now(self) -> datetime:
        self.at += MOMENT
        return self.at

    def monotonic(self) -> float:
        return self.elapsed

    def pass_(self, span: timedelta) -> None:
        self.at += span
        self.elapsed += span.total_seconds()


@dataclass
class Taken:
    """A message that a provider took by one method; `fault` is what kept that from being known, if anything did."""

    key: uuid.UUID
    fault: str = ""


@dataclass
class Providers:
    """All of them behind one door. `moods` is how each behaves; `ahead` what happens at the next calls, once each."""

    clock: Clock
    depth: int
    moods: dict[str, str] = field(default_factory=dict)
    ahead: deque = field(default_factory=deque)
    told: dict[tuple[uuid.UUID, int], list[Taken]] = field(default_factory=dict)
    confirming: list[uuid.UUID] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    calls: Counter[float] = field(default_factory=Counter)

    def send(self, channel: str, outgoing: Outgoing) -> Receipt:
        rows = self._judged(channel, outgoing)
        self.calls[self.clock.elapsed] += 1
        if self.calls[self.clock.elapsed] > MOST_CALLS:
            self.wrong.append(f"{channel} is called without end, and no time passes")
            raise DiedError
        what, meanwhile = self.ahead.popleft() if self.ahead else (self.moods.get(channel, "well"), None)
        if what == "dies before":
            raise DiedError
        if what in {"busy", "broken", "late"}:
            self._tell_refused(rows, outgoing.idempotency_key)
        if what == "busy":
            raise TemporaryError("503")
        if what == "refuses":
            raise PermanentError("no such address")
        if what == "broken":
            raise RuntimeError("a mistake of ours")
        taken = [Taken(outgoing.idempotency_key, "" if what in {"well", "silent"} else what) for _ in rows]
        for row, one in zip(rows, taken, strict=True):
            self.told.setdefault((row.message_id, row.method_id), []).append(one)
        if meanwhile is not None:
            meanwhile(rows)
        if what == "dies after":
            raise DiedError
        if what == "late":
            raise TemporaryError("no answer in time")
        if what == "silent" or channel in {"sms", "voice"}:
            self.confirming.append(outgoing.idempotency_key)
        return Receipt(
            str(outgoing.idempotency_key), confirms=what == "silent" or channel in {"sms", "voice"}
        )

    def untold(self, rows: Rows) -> Iterator[str]:
        """What counts as sent and was never handed to anybody."""
        for row in rows.deliveries:
            if row.state == "sent" and (row.message_id, row.method_id) not in self.told:
                yield f"delivery {row.pk} counts as sent, and no provider was handed it"

    def _tell_refused(self, rows: Sequence[Delivery], key: uuid.UUID) -> None:
        """Somebody who took the call over heard that it failed: the next attempt is one of its own, with its number on
        it, whatever became of the call that was taken over."""
        for row in rows:
            for before in self.told.get((row.message_id, row.method_id), []):
                if before.fault and before.key == key:
                    before.fault = "late"

    def _judged(self, channel: str, outgoing: Outgoing) -> list[Delivery]:
        """What the call is of; whatever is wrong with its leaving now is noted."""
        key = outgoing.idempotency_key
        if len(connection.savepoint_ids) != self.depth:
            self.wrong.append("a provider was called inside a transaction")
        rows = Delivery.objects.filter(Q(idempotency_key=key) | Q(bundle=key), state="sending")
        found = list(rows.select_related("message__to", "method").order_by("pk"))
        if len(found) != outgoing.waiting:
            self.wrong.append(f"{len(found)} deliveries are in a call that tells of {outgoing.waiting}")
        for row in found:
            self.wrong += self._objections(row, channel, outgoing)
        return found

    def _objections(self, row: Delivery, channel: str, outgoing: Outgoing) -> Iterator[str]:
        person = row.message.to
        if (row.channel, row.method.address, row.method.person_id) != (channel, outgoing.address, person.pk):
            yield f"delivery {row.pk} went to somebody else's address"
        if not person.is_active or not row.method.is_usable:
            yield f"delivery {row.pk} went to {person}, who is deactivated or whose method is not usable"
        page = Page.objects.filter(message=row.message_id).first()
        if page is not None and not page.is_waiting:
            yield f"delivery {row.pk} left after its page had ended: {page.ended_because}"
        may_know = Incident.objects.visible_to(person.subject(at=self.clock.at))
        if page is not None and not may_know.filter(pk=page.incident_id).exists():
            yield f"{person} was told of an incident they may not know of"
        for before in self.told.get((row.message_id, row.method_id), []):
            if not before.fault:
                yield f"delivery {row.pk} left again, though the first had been taken and said so"
            elif before.fault != "late" and before.key != outgoing.idempotency_key:
                yield f"delivery {row.pk} is a duplicate under another key, after: {before.fault}"


def given_up(rows: Rows) -> Iterator[str]:
    """What might have worked later was to be tried again, not at once and soon enough."""
    attempts = {(row.message_id, row.method_id, row.attempt): row for row in rows.deliveries}
    for row in rows.deliveries:
        is_passing = row.outcome in PASSING or row.outcome.startswith("internal")
        if row.state != "failed" or not is_passing or rows.messages[row.message_id].urgency == Urgency.CHECK:
            continue
        again = attempts.get((row.message_id, row.method_id, row.attempt + 1))
        if again is None or not row.ended_at < again.due_at <= row.ended_at + LONGEST_BACK_OFF:
            yield f"delivery {row.pk} ended for now ({row.outcome}), and is tried again {again and again.due_at}"


def put_off(rows: Rows) -> Iterator[str]:
    """What is severe waits for no quiet hours; and so first leaves when the person's own rules say."""
    for message in rows.messages.values():
        is_severe = message.severity is not None and message.severity <= 1
        if is_severe and message.urgency == Urgency.HIGH:
            first = min(row.due_at for row in rows.of_message[message.pk])
            if first > message.created_at + LONGEST_RULE:
                yield f"message {message.pk} of SEV{message.severity} first leaves at {first}"


@contextmanager
def dying_before(statement: int) -> Iterator[list[str]]:
    """The process is gone when it comes to its n-th statement: what it had not committed is undone, what it had stays.
    Yields where that was, empty if it was done before."""
    died: list[str] = []
    count = 0

    def counted(execute, sql, params, many, context):
        nonlocal count
        count += 1
        if count == statement:
            said = " ".join(str(sql).split())
            died.append(said)
            if said.startswith("RELEASE SAVEPOINT"):  # here a COMMIT: what it would have kept is lost with it
                execute(said.replace("RELEASE", "ROLLBACK TO"), None, False, context)
            raise DiedError
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(counted):
            yield died
    except DiedError:
        pass


@dataclass
class Company:
    """Whoever may be asked, by id: the objects themselves are read anew each time."""

    people: list[int]
    managers: list[int]
    officer: int


def found() -> Company:
    """Five who take turns each morning, a second, two managers, one with Legal; a tall ladder that repeats for what is
    severe and one that asks everybody for the rest."""
    turns = [
        _person("ann", "push:0", "sms:60", "voice:180"),
        _person("bob", "email"),
        _person("cyd", "webhook", "chat", "sms", quiet=(time(22), time(7)), clearances=("csea",)),
        _person("dan", "sms:0", languages=["ru"]),
        _person("eve", "voice", "email", clearances=("csea", "insider")),
    ]
    second = _person("fay", "email:0", "webhook:30", clearances=("insider",))
    managers = [
        _person("gus", "sms", "email", role="incident_manager", clearances=("csea", "insider")),
        _person("hal", "webhook:0", "voice:120", role="incident_manager", quiet=(time(20), time(20))),
    ]
    lawyer = _person("ivy", "email", "push", clearances=("csea", "insider"))
    officer = _person("jon", "email", role="administrator")
    back = _roster("back", managers[0], is_manager_on_duty=True)
    _layer(back, "primary", managers)
    front = _roster("front", managers[0], fallback=back)
    _layer(front, "primary", turns, unit="day")
    _layer(front, "secondary", [second, turns[1]], unit="day")
    counsel = _roster("counsel", officer)
    _layer(counsel, "primary", [lawyer])
    FunctionDesk.objects.create(function="legal", roster=counsel)
    on_call = {"roster": front, "duty": "primary"}
    tall = _policy("tall", [on_call], [{"roster": front, "duty": "secondary"}, {"person": turns[4]}],
                   [{"function": "legal"}], repeats=1)  # fmt: skip
    wide = _policy("wide", [on_call], [{"roster": front, "everyone": True}], fallback=back)
    wide.steps.filter(position=1).update(weekdays=[0, 1, 2, 3, 4])
    Route.objects.create(position=0, policy=tall, severities=[0, 1])
    Route.objects.create(position=1, policy=wide, speaks_language=True)
    everyone = [*turns, second, *managers, lawyer]
    return Company([one.pk for one in everyone], [one.pk for one in managers], officer.pk)


def _person(
    name: str,
    *ways: str,
    role: str = "responder",
    clearances: Sequence[str] = (),
    quiet: tuple[time, time] | None = None,
    languages: Sequence[str] = (),
) -> User:
    """Ways as in `faults.cast`: a kind, and after a colon the delay of its rule."""
    person = User.objects.create(email=f"{name}@cast.example", name=name.title(), languages=list(languages))
    if quiet:
        person.quiet_from, person.quiet_until = quiet
        person.save()
    RoleAssignment.objects.create(person=person, role=role)
    for kind in clearances:
        long_ago = START - timedelta(days=3650)
        Clearance.objects.create(person=person, kind=kind, evidence="test", valid_from=long_ago)
    for position, way in enumerate(ways):
        kind, _, delay = way.partition(":")
        method = ContactMethod.objects.create(
            person=person, kind=kind, address=f"{name}:{kind}", position=position, verified_at=START
        )
        for urgency in ("high", "low") if delay else ():
            NotificationRule.objects.create(person=person, urgency=urgency, method=method, delay=int(delay))
    return person


def _roster(slug: str, owner: User, **told) -> Roster:
    return Roster.objects.create(slug=slug, name=slug.title(), zone="UTC", owner=owner, **told)


def _layer(roster: Roster, duty: str, turns: Sequence[User], unit: str = "week") -> None:
    layer = Layer.objects.create(
        roster=roster, name=duty, duty=duty, anchor_on="2020-01-06", handoff_time=time(9), turn_unit=unit
    )
    for group, person in enumerate(turns):
        Participant.objects.create(layer=layer, group=group, person=person)


def _policy(slug: str, *steps: list[dict], **told) -> EscalationPolicy:
    policy = EscalationPolicy.objects.create(slug=slug, name=slug.title(), **told)
    for position, targets in enumerate(steps):
        step = PolicyStep.objects.create(policy=policy, position=position, delay=300)
        for target in targets:
            StepTarget.objects.create(step=step, **target)
    return policy
