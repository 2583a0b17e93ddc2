"""The last look before messages leave. Whoever sends messages registers what may have changed since: the
right to know, the need to act. Facts go up and calls go down, so accounts asks without knowing whom."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from accounts.models import Message

# Of these messages, the ones that must not leave any more, each with why.
Guard = Callable[[Sequence["Message"], datetime], dict[UUID, str]]
_guards: list[Guard] = []


def register(guard: Guard) -> Guard:
    _guards.append(guard)
    return guard


def objections(messages: Sequence["Message"], at: datetime) -> dict[UUID, str]:
    """Asked of many at once; where several object, the first who registered is heard."""
    heard: dict[UUID, str] = {}
    for guard in _guards:
        heard = guard(messages, at) | heard
    return heard
