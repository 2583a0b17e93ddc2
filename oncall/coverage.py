"""Whether a schedule covers what its roster asks for: gaps, thin spans, missing skills, duty by duty.

Pure. It reads a finished schedule and changes nothing about it.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from oncall.layers import Duty, Person, Window, require
from oncall.rota import Rota, Schedule, Shift
from oncall.rotation import openings
from oncall.spans import Span, overlap, stacked, union

MOST_ASKED = 100


@dataclass(frozen=True, slots=True)
class Requirement:
    """On each duty at least `count` people with a skill (`language:ru`, `clearance:child_safety`), during a daily
    window of the roster's zone or always."""

    skill: str
    count: int = 1
    window: Window | None = None

    def __post_init__(self) -> None:
        kind, _, name = self.skill.partition(":")
        known = kind in {"language", "clearance"} and name
        require(known, "skill", "Write language: or clearance: and its code, as in language:ru.")
        possible = isinstance(self.count, int) and 1 <= self.count <= MOST_ASKED
        require(possible, "count", f"Ask for 1 to {MOST_ASKED} people.")


@dataclass(frozen=True, slots=True)
class Needs:
    """What a roster asks of each duty: how many at once, `depths` in place of that over spans of their own (the
    greatest, where several lie there), and skills."""

    depth: int
    depths: tuple[tuple[Span, int], ...] = ()
    skills: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class Hole:
    """A span in which one duty is not covered: `gap` (nobody), `thin` (`have` of `need`) or `unskilled`."""

    kind: Literal["gap", "thin", "unskilled"]
    duty: Duty
    starts_at: datetime
    ends_at: datetime
    have: int = 0
    need: int = 0
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """Something asked for during a span: a depth, or a skill."""

    starts_at: datetime
    ends_at: datetime
    depth: int | None = None
    skill: Requirement | None = None


def holes(
    rota: Rota,
    schedule: Schedule,
    span: Span,
    needs: Needs,
    *,
    skills: Mapping[Person, AbstractSet[str]],
) -> list[Hole]:
    """Every hole of a duty while it is asked for, within `span` and the roster's own time, by (starts_at, ends_at),
    each as long as nothing about it changes. `skills` are what each person has; whoever is not named has none."""
    span = rota.within(span)
    if span[0] >= span[1]:
        return []
    asked = list(_asked(needs, rota.tz, span))
    found = [
        hole
        for duty, spans in rota.asked(span).items()
        for part in spans
        for hole in _merged(
            _of_duty(duty, schedule.of_lane(duty, "").shifts, asked, part, needs.depth, skills)
        )
    ]
    return sorted(found, key=lambda it: (it.starts_at, it.ends_at, it.kind, it.have, it.missing))


def of_presence(found: Iterable[Hole], known: Schedule) -> list[Hole]:
    """The holes of a roster that nobody is paged by. It asks for somebody only while a layer of it is on: a gap in it
    is an hour at which somebody should be there and is not."""
    kept = []
    for hole in found:
        if hole.kind != "gap":
            kept.append(hole)
            continue
        missed = union((it.starts_at, it.ends_at) for it in known.of_lane(hole.duty, "").empty)
        for start, end in overlap(missed, (hole.starts_at, hole.ends_at)):
            kept.append(replace(hole, starts_at=start, ends_at=end))
    return kept


def gaps(found: Iterable[Hole]) -> list[Span]:
    """The spans in which some duty has nobody."""
    return union((hole.starts_at, hole.ends_at) for hole in found if hole.kind == "gap")


def _asked(needs: Needs, zone: ZoneInfo, span: Span) -> Iterator[_Asked]:
    for (start, end), depth in needs.depths:
        yield _Asked(start, end, depth=depth)
    for requirement in needs.skills:
        spans = [span] if requirement.window is None else union(openings(requirement.window, zone, span))
        for start, end in spans:
            yield _Asked(start, end, skill=requirement)


def _of_duty(
    duty: Duty,
    shifts: list[Shift],
    asked: list[_Asked],
    span: Span,
    depth: int,
    skills: Mapping[Person, AbstractSet[str]],
) -> Iterator[Hole]:
    told: list[_Asked | Shift] = [*asked, *shifts]
    for start, end, there in stacked(told, span):
        people = {one for it in there if isinstance(it, Shift) for one in it.people}
        special = [it.depth for it in there if isinstance(it, _Asked) and it.depth is not None]
        need = max(special, default=depth)
        if not people:
            if need:
                yield Hole("gap", duty, start, end, 0, need)
            continue
        if len(people) < need:
            yield Hole("thin", duty, start, end, len(people), need)
        required = [it.skill for it in there if isinstance(it, _Asked) and it.skill]
        if missing := {it.skill for it in required if _having(people, it.skill, skills) < it.count}:
            yield Hole("unskilled", duty, start, end, missing=tuple(sorted(missing)))


def _having(people: set[Person], skill: str, skills: Mapping[Person, AbstractSet[str]]) -> int:
    return sum(skill in skills.get(person, ()) for person in people)


def _merged(found: Iterable[Hole]) -> Iterator[Hole]:
    """One hole for those that touch and are alike."""
    last: dict[str, Hole] = {}
    for hole in found:
        before = last.get(hole.kind)
        alike = before and replace(hole, starts_at=before.starts_at, ends_at=before.ends_at) == before
        if before and alike and before.ends_at == hole.starts_at:
            hole = replace(hole, starts_at=before.starts_at)
        elif before:
            yield before
        last[hole.kind] = hole
    yield from last.values()
