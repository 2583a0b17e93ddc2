"""Answers that come back by the way a message went: a text, a key pressed during a call. Whoever sends messages that
ask something registers what an answer does. Facts go up and calls go down, so accounts asks without knowing whom."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from accounts.models import Message

# Takes message, moment and way ("sms", "voice"). True when the answer counted, False when it came too late, None
# when the message is somebody else's.
Answerer = Callable[["Message", datetime, str], bool | None]
_answerers: list[Answerer] = []


def register(answerer: Answerer) -> Answerer:
    _answerers.append(answerer)
    return answerer


def answered(message: "Message", at: datetime, via: str) -> bool | None:
    said = (answerer(message, at, via) for answerer in _answerers)
    return next((outcome for outcome in said if outcome is not None), None)


def code_for(key: UUID) -> str:
    """Four digits by which an answer says which message it means. They follow from the call it left in, and are no
    secret: what counts is whose telephone they come from."""
    return str(key.int % 9000 + 1000)
