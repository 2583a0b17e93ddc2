"""Climbing an escalation policy: which step fires next, which are passed over and why, when it starts again, and what
is left after the last. Pure: who stands behind a target is for the caller to say."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

Person = TypeVar("Person")

DAY = timedelta(days=1)
# How long each of the last resorts has to answer, in seconds.
RESORT_WAIT = 300


@dataclass(frozen=True, slots=True)
class Target:
    """A roster's duty or `everyone` with a place on it, a function's on-call, or one person: exactly one of these."""

    roster: int | None = None
    duty: str = ""
    person: int | None = None
    everyone: bool = False
    function: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Whom to page, and how many seconds to wait for an acknowledgement before the next step. Those paged hold the
    `clearance` and speak the `language` it names; it is taken only on its weekdays and within its window ("HH:MM")
    by the clocks of `zone`, each empty for always. A `resort` comes after all the others and every repeat."""

    delay: int
    targets: tuple[Target, ...]
    clearance: str = ""
    language: str = ""
    weekdays: tuple[int, ...] | None = None
    window_start: str = ""
    window_end: str = ""
    zone: str = "UTC"
    resort: bool = False


class Why(StrEnum):
    """Why a step was passed over."""

    HOURS = "hours"  # it is not taken on this day, or at this time of day
    NOBODY = "nobody"  # for whatever reason
    GAP = "gap"  # nobody is on duty
    UNREACHABLE = "unreachable"  # whoever is has no way to be reached
    CLEARANCE = "clearance"  # or is not cleared
    LANGUAGE = "language"  # or does not speak the language
    ASKED = "asked"  # everybody there has been asked in this round and has not answered


@dataclass(frozen=True, slots=True)
class Passed:
    step: int
    why: Why


@dataclass(frozen=True, slots=True)
class Rung(Generic[Person]):
    """Where a climb came to rest: the step that found people, or None when nothing is left. `passed` are the steps
    passed over on the way, `again` says whether a new round began there, `repeats` how many may still follow."""

    step: int | None
    people: list[Person]
    passed: list[Passed]
    repeats: int = 0
    again: bool = False


@dataclass(frozen=True, slots=True)
class Firing(Generic[Person]):
    """What happens at one moment of a run that nobody answers."""

    at: datetime
    rung: Rung[Person]


def climb(
    steps: Sequence[Step],
    start: int,
    people_at: Callable[[Step], list[Person]],
    *,
    at: datetime,
    repeat_from: int = 0,
    repeats: int = 0,
    asked: AbstractSet[Person] = frozenset(),
    why_nobody: Callable[[Step], Why] = lambda step: Why.NOBODY,
) -> Rung[Person]:
    """The first step from `start` on where somebody can be paged who was not `asked` in this round; a step that is
    passed over costs no time. Past the last one it goes on at `repeat_from` while `repeats` are left; a round in which
    nobody stands anywhere is not repeated. Then come the last resorts."""
    own = sum(not step.resort for step in steps)
    passed: list[Passed] = []
    position, again = start, False
    while position < len(steps) or _starts_again(position, own, repeat_from, repeats, again):
        if _starts_again(position, own, repeat_from, repeats, again):
            position, repeats, again, asked = repeat_from, repeats - 1, True, frozenset()
        step = steps[position]
        people = people_at(step) if is_taken(step, at) else []
        fresh = [person for person in people if person not in asked]
        if fresh:
            return Rung(position, fresh, passed, repeats, again)
        why = Why.ASKED if people else why_nobody(step) if is_taken(step, at) else Why.HOURS
        passed.append(Passed(position, why))
        position += 1
    return Rung(None, [], passed, repeats, again)


def _starts_again(position: int, own: int, repeat_from: int, repeats: int, again: bool) -> bool:
    return position == own and repeats > 0 and not again and repeat_from < own


def foresee(
    steps: Sequence[Step],
    people_at: Callable[[Step, datetime], list[Person]],
    *,
    at: datetime,
    start: int = 0,
    repeat_from: int = 0,
    repeats: int = 0,
    asked: AbstractSet[Person] = frozenset(),
    why_nobody: Callable[[Step, datetime], Why] = lambda step, at: Why.NOBODY,
) -> Iterator[Firing[Person]]:
    """Every step of a run that nobody answers, from the one due at `at`; the last finds nobody any more."""
    while True:
        moment = at
        rung = climb(
            steps,
            start,
            lambda step: people_at(step, moment),  # noqa: B023 - called before the loop goes on
            at=moment,
            repeat_from=repeat_from,
            repeats=repeats,
            asked=asked,
            why_nobody=lambda step: why_nobody(step, moment),  # noqa: B023 - as above
        )
        yield Firing(moment, rung)
        if rung.step is None:
            return
        asked = frozenset(rung.people) | (frozenset() if rung.again else asked)
        start, repeats = rung.step + 1, rung.repeats
        at = moment + patience(steps[rung.step])


def is_taken(step: Step, at: datetime) -> bool:
    """Whether the step is taken at this moment. A window belongs to the day on which it opens; one whose ends are
    equal is open all the time, from day to day."""
    local = at.astimezone(ZoneInfo(step.zone))
    clock, opened_on = local.time().replace(tzinfo=None), local.date()
    if step.window_start:
        opens, closes = time.fromisoformat(step.window_start), time.fromisoformat(step.window_end)
        if opens < closes:
            if not opens <= clock < closes:
                return False
        elif clock < closes:
            opened_on -= DAY
        elif clock < opens:
            return False
    return step.weekdays is None or opened_on.weekday() in step.weekdays


def patience(step: Step) -> timedelta:
    return timedelta(seconds=step.delay)


def last_resorts(roster: int) -> list[Step]:
    """What follows a policy that nobody answered: whoever is on duty there, then everybody with a place on it."""
    return [
        Step(RESORT_WAIT, (Target(roster=roster, duty="primary"),), resort=True),
        Step(RESORT_WAIT, (Target(roster=roster, everyone=True),), resort=True),
    ]


def freeze(steps: Sequence[Step]) -> list[dict]:
    """JSON for the row of a running escalation, which keeps the policy it began with."""
    return [asdict(step) for step in steps]


def thaw(frozen: list[dict]) -> list[Step]:
    return [_step(row) for row in frozen]


def _step(row: dict) -> Step:
    told: dict[str, Any] = row | {"targets": tuple(Target(**target) for target in row["targets"])}
    if told.get("weekdays") is not None:
        told["weekdays"] = tuple(told["weekdays"])
    return Step(**told)
