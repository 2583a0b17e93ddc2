"""The last look before a message leaves. Whoever sends messages registers what may have changed since: the
right to know, the need to act. Facts go up and calls go down, so accounts asks without knowing whom."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import Message

# Returns why the message must not leave any more, or None.
Guard = Callable[["Message", datetime], str | None]
_guards: list[Guard] = []


def register(guard: Guard) -> Guard:
    _guards.append(guard)
    return guard


def objection(message: "Message", at: datetime) -> str | None:
    return next((reason for guard in _guards if (reason := guard(message, at))), None)
