"""What the engine's page shows, put together from the figures: lines that a template only has to write."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max

from accounts.models import ContactMethod, Delivery, SweepFailure
from escalations import alarm_words, engine, figures
from escalations.actions import alarms
from escalations.models import Alarm

MOST_FAULTS = 12
LOOKS_BACK = timedelta(days=7)
FAILED_SINCE = timedelta(days=1)
SLOW_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel: what waits, what became of the last hour's, and what its provider said last."""

    name: str
    queue: figures.Queue
    oldest: timedelta
    sent: int
    failed: int
    unconfirmed: int
    provider: figures.Provider

    @property
    def waiting(self) -> int:
        """Due and not with the provider yet, or handed to it and not answered."""
        return self.queue.due + self.queue.in_hand

    @property
    def is_late(self) -> bool:
        return self.oldest > engine.OVERDUE

    @property
    def is_in_use(self) -> bool:
        return any(
            (
                self.queue.due,
                self.queue.later,
                self.queue.in_hand,
                self.provider.took_at,
                self.provider.failed_at,
            )
        )

    @property
    def fails_now(self) -> bool:
        """The last thing it was handed, it did not take."""
        took_at, failed_at = self.provider.took_at, self.provider.failed_at
        return failed_at is not None and (took_at is None or failed_at > took_at)


@dataclass(frozen=True, slots=True)
class Process:
    """A kind of process, and how long it has been silent; None when it never gave a sign."""

    kind: str
    silent_for: timedelta | None

    @property
    def is_alive(self) -> bool:
        return self.silent_for is not None and self.silent_for < engine.SILENCE


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that went wrong: an `alarm` of the engine, a sweep of `ours` or a `provider`'s refusal."""

    at: datetime
    kind: str
    what: str
    words: str = ""
    times: int = 1
    over_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    standing: engine.Standing
    first: figures.FirstAttempts
    channels: list[Channel]
    processes: list[Process]
    runs: figures.Runs
    steps_fired: int
    waiting: dict[int, int]
    alarms: list[Alarm]
    faults: list[Fault]
    tells: int

    @property
    def is_well(self) -> bool:
        standing = self.standing
        trouble = self.alarms or standing.is_overdue or standing.failing or standing.unanswered
        return not trouble and self.all_alive

    @property
    def all_alive(self) -> bool:
        return all(process.is_alive for process in self.processes)

    @property
    def pages_waiting(self) -> int:
        return sum(self.waiting.values())

    @property
    def waiting_at(self) -> list[tuple[str, int]]:
        """How many wait at each severity that any wait at: `SEV1`, 2."""
        return [(f"SEV{severity}", count) for severity, count in sorted(self.waiting.items()) if count]

    @property
    def is_slow(self) -> bool:
        return self.first.p95 is not None and self.first.p95 > SLOW_SECONDS


def read(*, at: datetime) -> Screen:
    """The same number of questions however much there is."""
    standing = engine.look(at=at)
    told = Alarm.objects.select_related("acknowledged_by", "escalation__incident")
    recent = list(told.filter(raised_at__gt=at - LOOKS_BACK)[:MOST_FAULTS])
    return Screen(
        standing=standing,
        first=figures.first_attempts(at=at),
        channels=_channels(standing),
        processes=[Process(kind, standing.silent_for.get(kind)) for kind in engine.PROCESSES],
        runs=figures.runs(),
        steps_fired=figures.steps_fired(at=at),
        waiting=figures.waiting_pages(),
        alarms=list(told.filter(ended_at=None)),
        faults=_faults(recent, at),
        tells=len(alarms.whom_to_tell()),
    )


def _channels(standing: engine.Standing) -> list[Channel]:
    at = standing.at
    queues, ended, silent = figures.queues(at=at), figures.ended(at=at), figures.unconfirmed(at=at)
    providers = figures.providers()
    return [
        Channel(
            name=str(kind.label),
            queue=queues[kind],
            oldest=standing.oldest[kind],
            sent=ended[kind, Delivery.State.SENT],
            failed=ended[kind, Delivery.State.FAILED],
            unconfirmed=silent.get(kind, 0),
            provider=providers[kind],
        )
        for kind in ContactMethod.Kind
    ]


def _faults(recent: list[Alarm], at: datetime) -> list[Fault]:
    """Of the engine, of ours and of providers, newest first; what a provider said again and again is one."""
    refused = Delivery.objects.filter(
        channel__in=figures.CHANNELS, state=Delivery.State.FAILED, ended_at__gt=at - FAILED_SINCE
    )
    said = refused.values_list("channel", "outcome").annotate(last=Max("ended_at"), times=Count("pk"))
    kinds = dict(ContactMethod.Kind.choices)
    found = [Fault(it.raised_at, "alarm", alarm_words.name(it), over_at=it.ended_at) for it in recent]
    found += [
        Fault(it.last_at, "ours", it.sweep) for it in SweepFailure.objects.filter(last_at__gt=at - LOOKS_BACK)
    ]
    found += [
        Fault(last_at, "provider", str(kinds[channel]), words, times)
        for channel, words, last_at, times in said.order_by("-last")[:MOST_FAULTS]
    ]
    return sorted(found, key=lambda it: it.at, reverse=True)[:MOST_FAULTS]
