"""Everything that is wrong with a roster ahead, whatever its kind, as one list: what is missing first, then whoever is
missing, then what is hard on people; each in the order of time.

It flattens what `findings` says; what it is in words is for whoever shows it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from oncall.findings import Findings
from oncall.models import CoverageNotice

Kind = CoverageNotice.Kind
HOLES = (Kind.GAP, Kind.THIN, Kind.UNSKILLED)
MISSED = (Kind.EMPTY, Kind.UNREACHABLE)
BREACHES = (Kind.DAILY, Kind.WEEKLY, Kind.RUN, Kind.NIGHTS, Kind.HOLIDAYS)
WORST_FIRST = (HOLES, MISSED, (Kind.DOUBLE,), BREACHES)


@dataclass(frozen=True, slots=True)
class Problem:
    """`missing` are the skills of an *unskilled* one. A person is named for what is theirs alone: `name` is theirs.
    `have` of `need` are people or rest, `layer` is where a shift is empty, `posts` where somebody is at once."""

    kind: str
    duty: str
    person: int | None
    missing: str
    starts_at: datetime
    ends_at: datetime
    name: str = ""
    have: int = 0
    need: int = 0
    layer: str = ""
    posts: tuple[tuple[str, str], ...] = ()

    @property
    def is_hole(self) -> bool:
        return self.kind in HOLES

    @property
    def is_breach(self) -> bool:
        return self.kind in BREACHES

    @property
    def sort(self) -> tuple[str, str, int | None, str]:
        """What two must share to be the same problem at different times."""
        return self.kind, self.duty, self.person, self.missing

    def meets(self, starts_at: datetime, ends_at: datetime) -> bool:
        return self.starts_at < ends_at and starts_at < self.ends_at


def of_findings(found: Findings) -> list[Problem]:
    told = [*_holes(found), *_people(found)]
    return sorted(
        told, key=lambda it: (_place(it), it.starts_at, it.ends_at, it.kind, it.duty, it.person or 0)
    )


def _place(it: Problem) -> int:
    return next(place for place, kinds in enumerate(WORST_FIRST) if it.kind in kinds)


def _holes(found: Findings) -> Iterator[Problem]:
    for hole in found.holes:
        missing, span = ", ".join(hole.missing), (hole.starts_at, hole.ends_at)
        yield Problem(hole.kind, hole.duty, None, missing, *span, have=hole.have, need=hole.need)
    for it in found.schedule.empty:
        kind = Kind.UNREACHABLE if it.reason == "unreachable" else Kind.EMPTY
        told = Problem(kind, it.duty, it.person, "", it.starts_at, it.ends_at, layer=it.layer)
        yield replace(told, name=_name(found, it.person))


def _people(found: Findings) -> Iterator[Problem]:
    for it in found.breaches:
        told = Problem(it.kind, "", it.person, "", it.starts_at, it.ends_at, have=it.have, need=it.need)
        yield replace(told, name=_name(found, it.person))
    for double in found.doubles:
        span, name = (double.starts_at, double.ends_at), _name(found, double.person)
        yield Problem(Kind.DOUBLE, "", double.person, "", *span, name=name, posts=double.posts)


def _name(found: Findings, person: int) -> str:
    return found.members.people[person].name if person in found.members.people else ""
