"""Paging administrators when the engine itself is not well, or a policy has said its last word and nobody answers;
once for each time, and telling them when it is over.

The page leaves by the ordinary outbox: whoever of watchdog and workers still lives sends it. They watch each other,
so that either may die; both at once is for the heartbeat that somebody outside asks for."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actions import messages
from accounts.models import Message, User
from accounts.roles import PERMISSIONS
from escalations import alarm_words, engine
from escalations.models import Alarm, Escalation
from escalations.tiers import TIERS

log = logging.getLogger("watchfloor.alarms")

# How long a process is silent before somebody is woken; a restart is quicker.
SILENT_FOR = timedelta(seconds=45)
# Whoever only now began to look gives the others this long: after an outage everything is late at first.
SETTLING = timedelta(seconds=45)
# And for this long it has to be well before it counts as over.
CALM = timedelta(seconds=30)
# Between two looks; who looked longer ago was away, and begins anew.
EVERY = timedelta(seconds=5)
NEXT, AWAY = EVERY * 0.8, EVERY * 4
# Runs that alarms are raised for in one look: many at once must not keep it from the engine.
MOST_RUNS = 50
# Whoever may see the engine's page is told.
TOLD = frozenset(role for role, may in PERMISSIONS.items() if "paging.manage" in may)


class Watch:
    """One process's eyes on the engine. It says nothing of that until it has looked for a while without a break; that
    nobody answers is as true at the first look."""

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._looked_at: datetime | None = None

    def look(self, *, at: datetime) -> int:
        """How many alarms this look raised or ended; asks nothing when the last was a moment ago."""
        if self._since is None or self._looked_at is None or not timedelta(0) <= at - self._looked_at < AWAY:
            self._since = at
        elif at - self._looked_at < NEXT:
            return 0
        self._looked_at = at
        raised = call_for_unanswered(at=at)
        return raised + (judge(at=at) if at - self._since >= SETTLING else 0)


def judge(*, at: datetime) -> int:
    """Raise what is wrong and not yet told; end what has been well for `CALM`; how many were either."""
    wrong = set(_wrong(engine.look(at=at)))
    standing = {alarm.kind: alarm for alarm in Alarm.objects.filter(ended_at=None, escalation=None)}
    raised = sum(_raise(kind, at) for kind in sorted(wrong - standing.keys()))
    return raised + sum(_follow(alarm, at, alarm.kind in wrong) for alarm in standing.values())


def call_for_unanswered(*, at: datetime) -> int:
    """An alarm for every live run whose last word nobody has acknowledged, worst first; how many were raised."""
    pks = Escalation.objects.unanswered().filter(alarm=None).values_list("pk", flat=True)
    return sum(_raise_for(pk, at) for pk in pks[:MOST_RUNS])


@transaction.atomic
def run_ended(*, run: Escalation, at: datetime) -> None:
    """Nobody is asked for it any more: whoever was told of its last word is told so. The caller holds the run."""
    alarm = Alarm.objects.select_for_update(of=("self",)).filter(escalation=run, ended_at=None).first()
    if alarm is not None:
        _end(alarm, at)


@transaction.atomic
def acknowledge(*, alarm: Alarm, by: User, at: datetime) -> bool:
    """Somebody has it: the others are not called any more. False when somebody had, or it is over."""
    alarm = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if not alarm.asks:
        return False
    alarm.acknowledged_at, alarm.acknowledged_by = at, by
    alarm.save(update_fields=["acknowledged_at", "acknowledged_by"])
    messages.settle(messages=_pages(alarm), at=at, because="acknowledged")
    return True


def alarm_of(message: Message) -> Alarm | None:
    """The alarm a message is about, if it is about one."""
    about, _colon, rest = message.dedupe_key.partition(":")
    return Alarm.objects.filter(pk=rest.partition(":")[0]).first() if about == "alarm" else None


def whom_to_tell() -> Sequence[User]:
    """Every administrator who can be reached."""
    told = User.objects.reachable().filter(role_assignments__role__in=TOLD)
    return list(told.order_by("pk").distinct())


def _wrong(standing: engine.Standing) -> Iterable[str]:
    if standing.is_overdue:
        yield Alarm.Kind.OVERDUE
    if standing.failing:
        yield Alarm.Kind.FAILING
    for process in (engine.SCHEDULER, engine.WATCHDOG):
        if standing.fell_silent(process, since=SILENT_FOR):
            yield Alarm.Kind(process)
    # Workers sweep when the scheduler asks them to: without it their silence says nothing.
    asked = not standing.fell_silent(engine.SCHEDULER, since=SILENT_FOR / 3)
    if asked and standing.fell_silent(engine.WORKER, since=SILENT_FOR):
        yield Alarm.Kind.WORKER


@transaction.atomic
def _raise(kind: str, at: datetime) -> bool:
    """Two who see it at once raise it once."""
    alarm = Alarm(kind=kind, raised_at=at)
    Alarm.objects.bulk_create([alarm], ignore_conflicts=True)
    if not Alarm.objects.filter(pk=alarm.pk).exists():
        return False
    _tell_all(alarm, at)
    return True


@transaction.atomic
def _raise_for(pk: int, at: datetime) -> bool:
    """The run's lock says that nobody acknowledges meanwhile, and that nobody else raises it as well. Whoever has it
    in hand now is left to it: the next look is soon."""
    runs = Escalation.objects.unanswered().filter(alarm=None, pk=pk)
    run = runs.select_for_update(of=("self",), skip_locked=True).select_related("incident").first()
    if run is None:
        return False
    _tell_all(Alarm.objects.create(kind=Alarm.Kind.EXHAUSTED, escalation=run, raised_at=at), at)
    return True


def _tell_all(alarm: Alarm, at: datetime) -> None:
    told = sum(_tell(alarm, person, _urgency(alarm), at) for person in whom_to_tell())
    log.error("alarm: %s; %d administrators paged", alarm.kind, told)


@transaction.atomic
def _follow(alarm: Alarm, at: datetime, still: bool) -> bool:
    """Whether it ended. Well for a moment and wrong again is the same alarm."""
    alarm = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if alarm.ended_at is not None:
        return False
    if still or alarm.well_since is None:
        well_since = None if still else at
        if alarm.well_since != well_since:
            Alarm.objects.filter(pk=alarm.pk).update(well_since=well_since)
        return False
    if at - alarm.well_since < CALM:
        return False
    _end(alarm, at)
    return True


def _end(alarm: Alarm, at: datetime) -> None:
    alarm.ended_at = at
    alarm.save(update_fields=["ended_at"])
    paged = _pages(alarm)
    messages.settle(messages=paged, at=at, because="over")
    for message in paged:
        _tell(alarm, message.to, Message.Urgency.NOTICE, at)
    log.warning("alarm over: %s", alarm.kind)


def _pages(alarm: Alarm) -> list[Message]:
    told = Message.objects.filter(dedupe_key__startswith=f"alarm:{alarm.pk}:")
    return list(told.exclude(urgency=Message.Urgency.NOTICE).select_related("to"))


def _urgency(alarm: Alarm) -> str:
    """What an incident asks of those it pages, it asks of whoever hears that they did not answer."""
    run = alarm.escalation
    return TIERS[run.incident.severity].urgency if run else Message.Urgency.HIGH


def _tell(alarm: Alarm, person: User, urgency: str, at: datetime) -> bool:
    """In their own language; whether there was a way."""
    with translation.override(person.language):
        words = alarm_words.told(alarm)
        label = _("See how the engine does") if alarm.ended_at else _("I am looking into it")
    try:
        messages.send(
            to=person,
            urgency=urgency,
            subject=words.subject,
            text=words.text,
            link_to="alarm_link",
            link_label=label,
            dedupe_key=f"alarm:{alarm.pk}:{person.pk}:{urgency}",
            severity=alarm.escalation.incident.severity if alarm.asks and alarm.escalation else None,
            at=at,
        )
    except messages.UnreachableError:
        return False
    return True
