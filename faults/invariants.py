"""What the engine promises, asked of its rows: each question gives a sentence for whatever is not so. Pure reads, for
the random runs of the tests and for the soak of `./run faults`.

`broken` holds between any two transactions, whatever has died; `unkept` once nothing is due any more; `astray` of what
the providers were really handed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q

from accounts.models import Delivery, Message
from escalations.actions.responders import Responders
from escalations.actions.steps import _duties_alone
from escalations.ladder import is_taken
from escalations.models import Escalation, Page
from escalations.tiers import TIERS
from incidents.choices import EntryKind
from incidents.models import Incident, IncidentUserGrant, Report, TimelineEntry
from incidents.transitions import OPEN_STAGES

MADE = (EntryKind.PAGED, EntryKind.PAGED_BY_HAND, EntryKind.PAGE_HANDED_ON)
# What was in a sender's hands when somebody acknowledged may still leave.
IN_FLIGHT = timedelta(seconds=2)
LAST = {"sent", "failed", "cancelled", "acknowledged", "ended"}


@dataclass(frozen=True, slots=True)
class Handed:
    """One call that a provider took: when by the database's clock, under which key, and to which address."""

    at: datetime
    key: UUID
    channel: str
    to: str


# -- Between any two transactions --------------------------------------------------------------------
def broken() -> list[str]:
    return list(
        chain(
            _nobody_asks(),
            _asking_although_answered(),
            _pages_and_their_messages(),
            _pages_that_lead_nowhere(),
            _runs_that_wait_for_nobody(),
            _acknowledged_for_ever(),
            _unrecorded(),
            _taken_twice(),
        )
    )


def _nobody_asks() -> Iterator[str]:
    asking = Escalation.objects.open().filter(incident=OuterRef("pk"))
    unheard = Incident.objects.open().filter(~Exists(asking), acknowledged_at=None)
    yield from (f"{one} is open, nobody has acknowledged it, and nothing asks" for one in unheard)


def _asking_although_answered() -> Iterator[str]:
    answered = Q(incident__acknowledged_at__isnull=False) | ~Q(incident__stage__in=OPEN_STAGES)
    for run in Escalation.objects.open().filter(answered).select_related("incident"):
        yield f"run {run.pk} of {run.incident} still asks, though it is {run.incident.stage} or acknowledged"


def _pages_and_their_messages() -> Iterator[str]:
    waiting = Q(state="waiting")
    for page in Page.objects.filter(waiting, message__settled_at__isnull=False).select_related("message"):
        yield f"page {page.pk} waits on a message that was settled: {page.message.settled_because}"
    for page in Page.objects.filter(~waiting, message__settled_at=None):
        yield f"page {page.pk} ended ({page.ended_because}) and its message goes on"
    for row in Delivery.objects.open().filter(message__settled_at__isnull=False):
        yield f"delivery {row.pk} is open though its message is settled"
    for page in Page.objects.filter(waiting, escalation__state="ended"):
        yield f"page {page.pk} waits for run {page.escalation_id}, which has ended"
    for page in Page.objects.filter(waiting).exclude(incident__stage__in=OPEN_STAGES):
        yield f"page {page.pk} waits though its incident has ended"
    policy = Q(asked_by=None)
    for page in Page.objects.filter(waiting, policy, incident__acknowledged_at__isnull=False):
        yield f"page {page.pk} of the policy waits though the incident was acknowledged"


def _pages_that_lead_nowhere() -> Iterator[str]:
    alive = Delivery.objects.filter(message=OuterRef("message"), state__in=["queued", "sending", "sent"])
    for page in Page.objects.filter(~Exists(alive), state="waiting"):
        yield f"page {page.pk} waits, and nothing was or will be sent"
    promised = Delivery.objects.filter(message=OuterRef("pk"))
    for message in Message.objects.filter(~Exists(promised)):
        yield f"message {message.pk} has no delivery at all"


def _runs_that_wait_for_nobody() -> Iterator[str]:
    """A run waits for its next step only while somebody of the present one is asked."""
    asked = Page.objects.waiting().filter(escalation=OuterRef("pk"), step=OuterRef("next_step") - 1)
    latest = F("started_at")
    idle = Escalation.objects.filter(~Exists(asked), state="running", failures=0)
    told = Max("pages__ended_at")
    for run in idle.annotate(told=told, since=latest):
        if run.due_at > (run.told or run.since):
            yield f"run {run.pk} waits until {run.due_at:%H:%M:%S} though nobody is asked at its step"
    for run in Escalation.objects.filter(state="running", next_step__gt=0, pages=None):
        yield f"run {run.pk} has come to step {run.next_step} and asked nobody"
    looking = Page.objects.waiting().filter(escalation__handoff_at=None, escalation__isnull=False)
    for page in looking.select_related("escalation"):
        if any(target.duty for target in page.escalation.ladder()[page.step].targets):
            yield f"page {page.pk} asks a duty, and nobody looks who comes on it"


def _acknowledged_for_ever() -> Iterator[str]:
    """Somebody has it and it stays in triage: by some moment it must be asked about again."""
    lapsing = Escalation.objects.filter(incident=OuterRef("pk"), pick_up_by__isnull=False)
    for one in Incident.objects.in_triage().filter(~Exists(lapsing), acknowledged_at__isnull=False):
        if TIERS[one.severity].pick_up is not None:
            yield f"{one} was acknowledged, nobody accepted it, and nobody will be asked again"


def _unrecorded() -> Iterator[str]:
    entries = TimelineEntry.objects.filter(kind__in=MADE).values_list("incident", "data__responder")
    made, told = Counter(Page.objects.values_list("incident", "responder")), Counter(entries)
    for key in sorted(made.keys() | told.keys()):
        if made[key] != told[key]:
            yield f"incident, responder {key}: {made[key]} pages, {told[key]} timeline entries"
    for kind, runs in (
        (EntryKind.EXHAUSTED, Escalation.objects.filter(state="exhausted")),
        (EntryKind.ESCALATION_STARTED, Escalation.objects.all()),
    ):
        said = TimelineEntry.objects.filter(incident=OuterRef("incident"), kind=kind)
        for run in runs.filter(~Exists(said.filter(occurred_at__gte=OuterRef("started_at")))):
            yield f"run {run.pk} is {run.state}, and the timeline has no word of {kind}"
    granted = IncidentUserGrant.objects.filter(
        user=OuterRef("responder"), content_object=OuterRef("incident")
    )
    for page in Page.objects.filter(~Exists(granted), incident__profile__need_to_know=True):
        yield f"page {page.pk} is of a need-to-know incident and brought no grant"


def _taken_twice() -> Iterator[str]:
    sent = Delivery.objects.filter(state="sent").values("message", "method")
    for row in sent.annotate(count=Count("pk")).filter(count__gt=1):
        yield f"message {row['message']} was sent {row['count']} times by method {row['method']}"


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
        responders = Responders(run.incident.profile, at, run.language)
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


def astray(handed: Iterable[Handed]) -> list[str]:
    """What went to an address that was not the page's, or left after its page had ended."""
    return list(chain.from_iterable(_astray(one) for one in handed))


def _astray(one: Handed) -> Iterator[str]:
    rows = Delivery.objects.filter(Q(idempotency_key=one.key) | Q(bundle=one.key))
    rows = list(rows.select_related("method", "message__page"))
    if not rows:
        yield f"{one.channel} to {one.to}: no row of ours has the key {one.key}"
    for row in rows:
        if (row.channel, row.method.person_id) != (one.channel, row.message.to_id):
            yield f"delivery {row.pk} is not to the person of its message"
    ends = [row.message.settled_at for row in rows]
    if rows and all(end is not None and one.at > end + IN_FLIGHT for end in ends):
        yield f"{one.channel} to {one.to} left at {one.at:%H:%M:%S}, after its page had ended at {max(ends):%H:%M:%S}"


# -- From one moment to a later one ------------------------------------------------------------------
Standing = Mapping[tuple[str, object], tuple[str, int]]


def standing() -> Standing:
    """The state of everything that has one, and how often it was claimed."""
    rows = [("delivery", *row) for row in Delivery.objects.values_list("pk", "state", "fence")]
    rows += [("page", pk, state, 0) for pk, state in Page.objects.values_list("pk", "state")]
    rows += [("run", *row) for row in Escalation.objects.values_list("pk", "state", "next_step")]
    return {(kind, pk): (state, count) for kind, pk, state, count in rows}


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
