"""How long an incident took to be answered, from its own moments. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.response import Targets


@dataclass(frozen=True, slots=True)
class Measure:
    """`seconds` from the declaration, None where the moment was not recorded; `target` in seconds, None where
    the severity sets none."""

    code: str
    seconds: int | None
    target: int | None

    @property
    def is_over(self) -> bool:
        return self.seconds is not None and self.target is not None and self.seconds > self.target


# code -> (the incident's field the span ends at, the target for it)
MEASURED: dict[str, tuple[str, Callable[[Targets], timedelta | None]]] = {
    "acknowledged": ("acknowledged_at", lambda targets: targets.acknowledge),
    "managed": ("accepted_at", lambda targets: targets.manager),
    "contained": ("contained_at", lambda targets: targets.containment),
    "resolved": ("ended_at", lambda targets: None),
}


def measure(*, declared_at: datetime, moments: dict[str, datetime | None], targets: Targets) -> list[Measure]:
    """Each span is `<moment> - declared_at`, in whole seconds. `moments` is keyed by the fields of `MEASURED`."""
    return [
        Measure(code, _seconds(declared_at, moments[field]), _whole(target(targets)))
        for code, (field, target) in MEASURED.items()
    ]


def _seconds(start: datetime, end: datetime | None) -> int | None:
    return _whole(end - start) if end else None


def _whole(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())
