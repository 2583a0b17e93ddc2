"""How soon each severity must be answered, and which of those answers is due next. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Targets:
    """From the declaration: acknowledged, an incident manager named, first act of containment, first status
    update; then an update every `cadence`. None where the severity asks for no such answer."""

    acknowledge: timedelta | None
    manager: timedelta
    containment: timedelta
    first_update: timedelta
    cadence: timedelta


# By severity, SEV0 first; our own targets, in line with what published severity matrices ask for.
TARGETS = (
    Targets(5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 20 * MINUTE, 30 * MINUTE),
    Targets(15 * MINUTE, 20 * MINUTE, HOUR, 45 * MINUTE, HOUR),
    Targets(30 * MINUTE, HOUR, 4 * HOUR, 2 * HOUR, 4 * HOUR),
    Targets(4 * HOUR, 8 * HOUR, DAY, DAY, DAY),
    Targets(None, 2 * DAY, 5 * DAY, 7 * DAY, 7 * DAY),
)


@dataclass(frozen=True, slots=True)
class Due:
    """What has to happen (`acknowledge`, `manager`, `containment`, `update`, `deadline`, `task`), and by when."""

    what: str
    at: datetime


def due_answers(
    *,
    severity: int,
    declared_at: datetime,
    acknowledged: bool,
    managed: bool,
    contained: bool,
    next_update_at: datetime | None,
    deadline_at: datetime | None,
) -> list[Due]:
    """Everything an open incident still owes, soonest first."""
    targets = TARGETS[severity]
    owed = [
        ("acknowledge", _after(declared_at, targets.acknowledge) if not acknowledged else None),
        ("manager", _after(declared_at, targets.manager) if not managed else None),
        ("containment", _after(declared_at, targets.containment) if managed and not contained else None),
        ("update", next_update_at),
        ("deadline", deadline_at),
    ]
    return sorted((Due(what, at) for what, at in owed if at is not None), key=lambda due: due.at)


def first_update_at(severity: int, declared_at: datetime) -> datetime:
    return declared_at + TARGETS[severity].first_update


def _after(start: datetime, span: timedelta | None) -> datetime | None:
    return None if span is None else start + span
