"""Climbing an escalation policy: which step fires next, and when the one after it is due. Pure: who stands
behind a target is for the caller to say."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Generic, TypeVar

Person = TypeVar("Person")


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
    by the clocks of `zone`, each empty for always."""

    delay: int
    targets: tuple[Target, ...]
    clearance: str = ""
    language: str = ""
    weekdays: tuple[int, ...] | None = None
    window_start: str = ""
    window_end: str = ""
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Rung(Generic[Person]):
    """Where a climb came to rest: the step that found people, or None when the policy is exhausted.
    `empty` are the steps passed because nobody stood there."""

    step: int | None
    people: list[Person]
    empty: list[int]


def climb(steps: Sequence[Step], start: int, people_at: Callable[[Step], list[Person]]) -> Rung[Person]:
    """The first step from `start` on where somebody can be paged; a step with nobody costs no time."""
    empty: list[int] = []
    for position in range(start, len(steps)):
        people = people_at(steps[position])
        if people:
            return Rung(position, people, empty)
        empty.append(position)
    return Rung(None, [], empty)


def patience(step: Step) -> timedelta:
    return timedelta(seconds=step.delay)


def freeze(steps: Sequence[Step]) -> list[dict]:
    """JSON for the row of a running escalation, which keeps the policy it began with."""
    return [asdict(step) for step in steps]


def thaw(frozen: list[dict]) -> list[Step]:
    return [_step(row) for row in frozen]


def _step(row: dict) -> Step:
    told = row | {"targets": tuple(Target(**target) for target in row["targets"])}
    if told.get("weekdays") is not None:
        told["weekdays"] = tuple(told["weekdays"])
    return Step(**told)
