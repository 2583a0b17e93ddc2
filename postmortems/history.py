"""Wordings as people remember them: what one person wrote in one sitting is one step of the history. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

# Autosave keeps a wording every few seconds; this long a silence begins another sitting.
SILENCE = timedelta(minutes=10)


@dataclass(slots=True)
class Sitting:
    """`first` and `last` are versions; `before` is the version the sitting began from, 0 for the draft itself."""

    first: int
    last: int
    before: int
    by: Any
    at: datetime
    restores: int | None


def sittings(revisions: Iterable) -> list[Sitting]:
    """Newest first. `revisions` come in the order of their versions."""
    found: list[Sitting] = []
    for revision in revisions:
        latest = found[-1] if found else None
        if latest and _goes_on(latest, revision):
            latest.last, latest.at = revision.version, revision.at
        else:
            before = latest.last if latest else 0
            found.append(
                Sitting(
                    revision.version, revision.version, before, revision.by, revision.at, revision.restores
                )
            )
    return found[::-1]


def _goes_on(latest: Sitting, revision) -> bool:
    return (
        revision.by is not None
        and latest.by == revision.by
        and revision.restores is None
        and latest.restores is None
        and revision.at - latest.at <= SILENCE
    )
