"""Climbing an escalation policy: which step fires next, and when the one after it is due. Pure: who stands
behind a target is for the caller to say."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Generic, TypeVar

Person = TypeVar("Person")


@dataclass(frozen=True, slots=True)
class Target:
    """A roster's duty, or one person. Exactly one of `roster` and `person` is an id."""

    roster: int | None = None
    duty: str = ""
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Whom to page, and how many seconds to wait for an acknowledgement before the next step."""

    delay: int
    targets: tuple[Target, ...]


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
    return [
        Step(delay=row["delay"], targets=tuple(Target(**target) for target in row["targets"]))
        for row in frozen
    ]
