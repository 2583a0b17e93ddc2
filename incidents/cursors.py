"""Where the next page of a list begins, as a word for the URL. It holds only what the row before it shows anyway;
whoever changes it gets another page of what they may see, or the first. Pure."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any


def packed(*key: int | str | datetime) -> str:
    """The key of the last row shown."""
    told = [part.isoformat() if isinstance(part, datetime) else part for part in key]
    return urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode().rstrip("=")


def unpacked(cursor: str, shape: Sequence[type]) -> list | None:
    """The key again, of the types named; None for anything that was not made by `packed`."""
    try:
        told = json.loads(urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
        if not isinstance(told, list) or len(told) != len(shape):
            return None
        return [_read(part, kind) for part, kind in zip(told, shape, strict=True)]
    except (ValueError, TypeError, RecursionError):
        return None


def _read(part: Any, kind: type) -> Any:
    if kind is datetime:
        moment = datetime.fromisoformat(part)
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone")
        return moment
    if kind is int and type(part) is int and 0 <= part < 2**15:
        return part
    if kind is str and type(part) is str and "\x00" not in part:
        return part
    raise ValueError(part)
