"""What the engine promises, asked of its rows: each question gives a sentence for whatever is not so. Pure reads, for
the random runs of the tests and for the soak of `./run faults`.

`broken` holds between any two transactions, whatever has died; `unkept` once nothing is due any more; `astray` of what
the providers were really handed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise
from typing import Any
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q

from accounts.models import AccessProfile, Delivery, Message
from escalations.actions.responders import Responders
from escalations.actions.steps import _duties_alone
from escalations.ladder import is_taken
from escalations.models import Escalation, Page, Route
from escalations.tiers import TIERS
from incidents.choices import EntryKind
from incidents.models import Incident, IncidentUserGrant, Report, TimelineEntry
from incidents.transitions import OPEN_STAGES, STAGES

MADE = (EntryKind.PAGED, EntryKind.PAGED_BY_HAND, EntryKind.PAGE_HANDED_ON)
# What was in a sender's hands when somebody acknowledged may still leave.
IN_FLIGHT = timedelta(seconds=2)
BEFORE = datetime.min.replace(tzinfo=UTC)
ASKING, ALIVE = {"running", "exhausted"}, {"queued", "sending", "sent"}
PAGE = "incident_id escalation_id step responder_id message_id asked_by_id state created_at ended_at ended_because"
RUN = (
    "incident_id policy_id severity steps repeat_from next_step state due_at handoff_at pick_up_by failures "
    "started_at"
)
MESSAGE = "settled_at settled_because urgency severity created_at"
DELIVERY = "message_id method_id state fence attempt due_at ended_at outcome"
ENTRY = "kind incident_id occurred_at data__responder data__step data__because"
LAST = {"sent", "failed", "cancelled", "acknowledged", "ended"}


# Of everything that has a state: which, and how often it was claimed.
Standing = Mapping[tuple[str, object], tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Handed:
    """One call that a provider took: when by the database's clock, under which key, and to which address."""

    at: datetime
    key: UUID
    channel: str
    to: str


# -- Between any two transactions --------------------------------------------------------------------
class Rows:
    """Everything the questions are about, read at once. A soak has thousands of rows and a random run a hundred."""

    def __init__(self) -> None:
        self.incidents = {
            one.pk: one for one in _read(Incident, "code stage acknowledged_at severity profile_id")
        }
        self.runs = {run.pk: run for run in _read(Escalation, RUN)}
        self.pages = _read(Page, PAGE)
        self.messages = {one.pk: one for one in _read(Message, MESSAGE)}
        self.deliveries = _read(Delivery, DELIVERY)
        kinds = [*MADE, EntryKind.STEP_EMPTY, EntryKind.EXHAUSTED, EntryKind.ESCALATION_STARTED]
        told = TimelineEntry.objects.filter(kind__in=kinds).order_by("pk")
        self.entries = list(told.values_list(*ENTRY.split(), named=True))
        self.of_message = defaultdict(list)
        for row in self.deliveries:
            self.of_message[row.message_id].append(row)
        self.waiting = [page for page in self.pages if page.state == "waiting"]

    def is_open(self, incident: int) -> bool:
        return self.incidents[incident].stage in OPEN_STAGES

    def standing(self) -> Standing:
        """The state of everything that has one, and how often it was claimed or how far it has come."""
        return (
            {("delivery", row.pk): (row.state, row.fence) for row in self.deliveries}
            | {("page", page.pk): (page.state, 0) for page in self.pages}
            | {("run", run.pk): (run.state, 0) for run in self.runs.values()}
        )


def _read(model: Any, fields: str) -> list[Any]:
    return list(model.objects.values_list("pk", *fields.split(), named=True))


def broken(rows: Rows | None = None) -> list[str]:
    rows = rows or Rows()
    return list(chain.from_iterable(question(rows) for question in ALWAYS))


def _nobody_asks(rows: Rows) -> Iterator[str]:
    asking = Counter(run.incident_id for run in rows.runs.values() if run.state in ASKING)
    for one in rows.incidents.values():
        asked_for = one.stage in OPEN_STAGES and one.acknowledged_at is None
        if asked_for and not asking[one.pk]:
            yield f"{one.code} is open, nobody has acknowledged it, and nothing asks"
        if asking[one.pk] and not asked_for:
            yield f"{one.code} is {one.stage} or acknowledged, and a run still asks"


def _pages_and_their_messages(rows: Rows) -> Iterator[str]:
    for page in rows.pages:
        settled = rows.messages[page.message_id].settled_at is not None
        if page.state != "waiting":
            if not settled:
                yield f"page {page.pk} ended ({page.ended_because}) and its message goes on"
            continue
        if settled:
            yield f"page {page.pk} waits on a message that was settled"
        if page.escalation_id and rows.runs[page.escalation_id].state == "ended":
            yield f"page {page.pk} waits for run {page.escalation_id}, which has ended"
        if not rows.is_open(page.incident_id):
            yield f"page {page.pk} waits though its incident has ended"
        if page.asked_by_id is None and rows.incidents[page.incident_id].acknowledged_at is not None:
            yield f"page {page.pk} of the policy waits though the incident was acknowledged"


def _messages_and_their_deliveries(rows: Rows) -> Iterator[str]:
    for message in rows.messages.values():
        states = Counter(row.state for row in rows.of_message[message.pk])
        if not states:
            yield f"message {message.pk} has no delivery at all"
        if message.settled_at is not None and (states["queued"] or states["sending"]):
            yield f"message {message.pk} is settled ({message.settled_because}) and goes on being sent"
        for row in rows.of_message[message.pk]:
            late = message.settled_at is not None and row.state == "sent"
            if late and row.ended_at > message.settled_at + IN_FLIGHT:
                yield f"delivery {row.pk} is sent, said by somebody whose claim was lost when its message was settled"
        sent = Counter(row.method_id for row in rows.of_message[message.pk] if row.state == "sent")
        yield from (
            f"message {message.pk} was sent {n} times by method {way}" for way, n in sent.items() if n > 1
        )
    for page in rows.waiting:
        if not any(row.state in ALIVE for row in rows.of_message[page.message_id]):
            yield f"page {page.pk} waits, and nothing was or will be sent"


def _runs_that_wait_for_nobody(rows: Rows) -> Iterator[str]:
    """A run waits for its next step only while somebody of the present one is asked."""
    asked = {(page.escalation_id, page.step) for page in rows.waiting}
    of_run = defaultdict(list)
    for page in rows.pages:
        of_run[page.escalation_id].append(page)
    for run in rows.runs.values():
        if run.state != "running":
            continue
        if run.next_step and not of_run[run.pk]:
            yield f"run {run.pk} has come to step {run.next_step} and asked nobody"
        since = max((page.ended_at for page in of_run[run.pk] if page.ended_at), default=run.started_at)
        if not run.failures and run.due_at > since and (run.pk, run.next_step - 1) not in asked:
            yield f"run {run.pk} waits until {run.due_at:%H:%M:%S}, and nobody is asked at its step"
    for page in rows.waiting:
        run = rows.runs.get(page.escalation_id)
        if (
            run
            and run.handoff_at is None
            and any(target["duty"] for target in run.steps[page.step]["targets"])
        ):
            yield f"page {page.pk} asks a duty, and nobody looks who comes on it"


def _steps_in_order(rows: Rows) -> Iterator[str]:
    """A run takes the steps it began with, one after the other, asking somebody or passing over; past its own it may
    begin again. It waits for the one after the last it took, or has taken them all."""
    taken = _steps_taken(rows)
    for run in rows.runs.values():
        own, after = sum(not step.get("resort") for step in run.steps), 0
        for step, _at in taken[run.pk]:
            if step != after and (after, step) != (own, run.repeat_from):
                yield f"run {run.pk} took step {step + 1} when step {after + 1} was its next"
            after = step + 1
        if run.state == "running" and run.next_step != after:
            yield f"run {run.pk} waits for step {run.next_step + 1} when step {after + 1} is its next"
        if run.state == "exhausted" and after != len(run.steps):
            yield f"run {run.pk} is exhausted and took {after} steps of {len(run.steps)}"


def _steps_in_time(rows: Rows) -> Iterator[str]:
    """Whoever was asked has as long as their step says, unless somebody cannot be asked; and nobody has longer."""
    taken = _steps_taken(rows)
    of_run = defaultdict(list)
    for page in rows.pages:
        of_run[page.escalation_id].append(page)
    for run in rows.runs.values():
        waits = [(run.next_step, run.due_at)] if run.state == "running" else []
        for (step, at), (due, then) in pairwise(taken[run.pk] + waits):
            until = at + timedelta(seconds=run.steps[step]["delay"])
            is_asked = any((page.step, page.created_at) == (step, at) for page in of_run[run.pk])
            has_ended = any(page.ended_at and at <= page.ended_at <= then for page in of_run[run.pk])
            if then < until and is_asked and not has_ended:
                yield f"run {run.pk} took step {step + 1} at {at}, and went on at {then}, not at {until}"
            if then > until and (due, then) in waits and not run.failures:
                yield f"run {run.pk} took step {step + 1} at {at}, and waits until {then}, not {until}"


def _steps_taken(rows: Rows) -> dict[int, list[tuple[int, datetime]]]:
    """Of each run, by the timeline: which steps, and when. Whoever came on duty was asked at one taken before."""
    runs_of, taken = defaultdict(list), defaultdict(list)
    for pk, run in sorted(rows.runs.items()):
        runs_of[run.incident_id].append(pk)
    begun: Counter[int] = Counter()
    for one in rows.entries:
        if one.kind == EntryKind.ESCALATION_STARTED:
            begun[one.incident_id] += 1
        elif one.kind in {EntryKind.PAGED, EntryKind.STEP_EMPTY} and one.data__because != "handoff":
            run = runs_of[one.incident_id][begun[one.incident_id] - 1]
            step = (one.data__step - 1, one.occurred_at)
            taken[run] += [step] if taken[run][-1:] != [step] else []
    return taken


def _raised_and_not_rerouted(rows: Rows) -> Iterator[str]:
    for run in rows.runs.values():
        if run.state in ASKING and rows.incidents[run.incident_id].severity < run.severity:
            incident = Incident.objects.get(pk=run.incident_id)
            route = Route.objects.choose(incident)
            if route is not None and route.policy_id != run.policy_id:
                yield f"{incident} was raised to SEV{incident.severity}, and run {run.pk} goes on by another policy"


def _acknowledged_for_ever(rows: Rows) -> Iterator[str]:
    """Somebody has it and it stays in triage: by some moment it must be asked about again."""
    lapsing = {run.incident_id for run in rows.runs.values() if run.pick_up_by is not None}
    for one in rows.incidents.values():
        held = STAGES[one.stage].awaits_triage and one.acknowledged_at is not None
        if held and one.pk not in lapsing and TIERS[one.severity].pick_up is not None:
            yield f"{one.code} was acknowledged, nobody accepted it, and nobody will be asked again"


def _unrecorded(rows: Rows) -> Iterator[str]:
    made = Counter((page.incident_id, page.responder_id) for page in rows.pages)
    told = Counter((one.incident_id, one.data__responder) for one in rows.entries if one.kind in MADE)
    for key in sorted(made.keys() | told.keys()):
        if made[key] != told[key]:
            yield f"incident, responder {key}: {made[key]} pages, {told[key]} timeline entries"
    in_time = sorted(rows.entries, key=lambda one: one.occurred_at)
    said = {(one.kind, one.incident_id): one.occurred_at for one in in_time}
    for run in rows.runs.values():
        kinds = [EntryKind.ESCALATION_STARTED] + [EntryKind.EXHAUSTED] * (run.state == "exhausted")
        for kind in kinds:
            if said.get((kind, run.incident_id), BEFORE) < run.started_at:
                yield f"run {run.pk} is {run.state}, and the timeline has no word of {kind}"


def _pages_without_a_grant(rows: Rows) -> Iterator[str]:
    closed = set(AccessProfile.objects.filter(need_to_know=True).values_list("pk", flat=True))
    secret = [page for page in rows.pages if rows.incidents[page.incident_id].profile_id in closed]
    granted = set(IncidentUserGrant.objects.values_list("content_object", "user")) if secret else ()
    for page in secret:
        if (page.incident_id, page.responder_id) not in granted:
            yield f"page {page.pk} is of a need-to-know incident and brought no grant"


ALWAYS = (
    _nobody_asks,
    _pages_and_their_messages,
    _messages_and_their_deliveries,
    _runs_that_wait_for_nobody,
    _steps_in_order,
    _steps_in_time,
    _raised_and_not_rerouted,
    _acknowledged_for_ever,
    _unrecorded,
    _pages_without_a_grant,
)


# -- Once nothing is due any more --------------------------------------------------------------------
def unkept(*, at: datetime) -> list[str]:
    return [*broken(), *_still_due(at), *_no_last_word(at), *_pages_that_never_left(), *_incoming(at)]


def next_moment() -> datetime | None:
    """When the engine has to do something next, as far as its rows tell; None at rest. Looks at who is on duty are
    not counted: they go on for as long as a page waits."""
    open_now = Delivery.objects.open()
    paced = open_now.filter(state="queued", pressing=False).aggregate(at=Min("method__paced_until"))["at"]
    due = open_now.filter(state="queued").aggregate(at=Min("due_at"))["at"]
    moments = [
        due and max(due, paced or due),
        open_now.aggregate(at=Min("lease_until"))["at"],
        Delivery.objects.filter(state="sent", confirmed_at=None).aggregate(at=Min("confirm_by"))["at"],
        Escalation.objects.filter(state="running").aggregate(at=Min("due_at"))["at"],
        Escalation.objects.aggregate(at=Min("pick_up_by"))["at"],
    ]
    return min((moment for moment in moments if moment), default=None)


def _still_due(at: datetime) -> Iterator[str]:
    for name, rows in (
        ("delivery", Delivery.objects.due(at=at)),
        ("unconfirmed delivery", Delivery.objects.unconfirmed(at=at)),
        ("step of run", Escalation.objects.due(at=at)),
        ("handoff of run", Escalation.objects.changing_hands(at=at)),
        ("lapsed acknowledgement of run", Escalation.objects.not_picked_up(at=at)),
    ):
        yield from (f"{name} {pk} is still due" for pk in rows.values_list("pk", flat=True))


def _no_last_word(at: datetime) -> Iterator[str]:
    """Nobody has acknowledged, so the policy was gone through to its end, every step asked or said to be empty."""
    for run in Escalation.objects.open().select_related("incident"):
        if run.state != Escalation.State.EXHAUSTED:
            yield f"run {run.pk} of {run.incident} has not come to its last word: {run.state}"
            continue
        since = {"occurred_at__gte": run.started_at, "kind": EntryKind.STEP_EMPTY}
        passed = run.incident.timeline.filter(**since).values_list("data__step", flat=True)
        done = set(run.pages.values_list("step", flat=True)) | {step - 1 for step in passed}
        for step in set(range(len(run.steps))) - done:
            yield f"run {run.pk} of {run.incident} is exhausted and never came to step {step + 1}"


def _pages_that_never_left() -> Iterator[str]:
    sent = Delivery.objects.filter(message=OuterRef("message"), state="sent")
    for page in Page.objects.waiting().filter(~Exists(sent)):
        yield f"page {page.pk} waits, nothing is due, and no provider ever took it"


def _incoming(at: datetime) -> Iterator[str]:
    """Whoever is on a duty that was asked and has not answered has been asked as well."""
    for run in Escalation.objects.open().select_related("incident__profile"):
        steps, since = run.ladder(), run.round_at or run.started_at
        asked = Page.objects.filter(Q(created_at__gte=since) | Q(state="waiting"), escalation=run)
        known = set(asked.values_list("responder", flat=True))
        responders = Responders(run.incident.profile, run.incident.harm_type, at, run.language)
        for position in set(run.pages.waiting().values_list("step", flat=True)):
            step = _duties_alone(steps[position])
            for person in responders.at_step(step) if is_taken(step, at) else ():
                if person.pk not in known:
                    yield f"{person} is on duty for step {position + 1} of run {run.pk} and was never asked"


# -- What the providers were handed ------------------------------------------------------------------
def lost(accepted: Iterable[int]) -> list[str]:
    """Reports that were answered as accepted, by their numbers, and stand on no incident."""
    accepted = set(accepted)
    kept = set(Report.objects.filter(pk__in=accepted, incident__isnull=False).values_list("pk", flat=True))
    return [f"report {number} was accepted and is not there" for number in sorted(accepted - kept)]


def astray(handed: Iterable[Handed], *, thawed: bool = False) -> list[str]:
    """What went to somebody it was not for, or left after its page had ended; the last is excused of whoever was
    frozen with it in hand and `thawed`."""
    return list(chain.from_iterable(_astray(one, thawed) for one in handed))


def _astray(one: Handed, thawed: bool) -> Iterator[str]:
    found = Delivery.objects.filter(Q(idempotency_key=one.key) | Q(bundle=one.key))
    rows = list(found.select_related("method", "message"))
    if not rows:
        yield f"{one.channel} to {one.to}: no row of ours has the key {one.key}"
    for row in rows:
        if (row.channel, row.method.person_id) != (one.channel, row.message.to_id):
            yield f"delivery {row.pk} is not to the person of its message"
    ends = [row.message.settled_at for row in rows]
    if rows and not thawed and all(end is not None and one.at > end + IN_FLIGHT for end in ends):
        yield f"{one.channel} to {one.to} left at {one.at:%H:%M:%S}, after its page had ended at {max(ends):%H:%M:%S}"


# -- From one moment to a later one ------------------------------------------------------------------
def gone_back(before: Standing, after: Standing) -> list[str]:
    """What is no longer there, or has gone back to an earlier state. What a provider took it may still report as
    failed."""
    found = []
    for (kind, pk), (state, count) in before.items():
        now, later = after.get((kind, pk), ("gone", 0))
        is_back = now == "gone" or (
            state in LAST and now not in {state, "failed" if state == "sent" else state}
        )
        is_back = is_back or (kind == "run" and state == "exhausted" and now == "running")
        if is_back or (kind == "delivery" and later < count):
            found.append(f"{kind} {pk} went back from {state} ({count}) to {now} ({later})")
    return found
