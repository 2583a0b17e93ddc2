"""Everything that is wrong with a roster ahead, whatever its kind, as one list in the order of time.

It flattens what `findings` says; what it is in words is for whoever shows it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from oncall.findings import Findings
from oncall.models import CoverageNotice

Kind = CoverageNotice.Kind


@dataclass(frozen=True, slots=True)
class Problem:
    """`missing` are the skills of an *unskilled* one. A person is named for what is theirs alone."""

    kind: str
    duty: str
    person: int | None
    missing: str
    starts_at: datetime
    ends_at: datetime

    @property
    def sort(self) -> tuple[str, str, int | None, str]:
        """What two must share to be the same problem at different times."""
        return self.kind, self.duty, self.person, self.missing

    def meets(self, starts_at: datetime, ends_at: datetime) -> bool:
        return self.starts_at < ends_at and starts_at < self.ends_at


def of_findings(found: Findings) -> list[Problem]:
    told = [*_holes(found), *_people(found)]
    return sorted(told, key=lambda it: (it.starts_at, it.ends_at, it.kind, it.duty, it.person or 0))


def _holes(found: Findings) -> Iterator[Problem]:
    for hole in found.holes:
        yield Problem(hole.kind, hole.duty, None, ", ".join(hole.missing), hole.starts_at, hole.ends_at)
    for it in found.schedule.empty:
        kind = Kind.UNREACHABLE if it.reason == "unreachable" else Kind.EMPTY
        yield Problem(kind, it.duty, it.person, "", it.starts_at, it.ends_at)


def _people(found: Findings) -> Iterator[Problem]:
    for breach in found.breaches:
        yield Problem(breach.kind, "", breach.person, "", breach.starts_at, breach.ends_at)
    for double in found.doubles:
        yield Problem(Kind.DOUBLE, "", double.person, "", double.starts_at, double.ends_at)
