"""A roster ahead, as its screens show it: weeks to paint, what is wrong in them, and what an edit that is not saved yet
would change. Everything in it is what `findings` says; nothing is worked out beside it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from accounts.models import User
from oncall import calendars, cautions, edits, findings, rota, score
from oncall.cautions import Caution
from oncall.cover import known_schedule
from oncall.coverage import Hole, Requirement
from oncall.findings import Findings
from oncall.models import Layer, Roster
from oncall.querysets import Lane, Stint, lanes_of, members, time_off_of
from oncall.score import Share
from oncall.spans import Span, stacked, union

# How far an edit is shown before it is saved, and how far a roster's own pages look.
PREVIEW_WEEKS = 4
AHEAD = timedelta(days=30)

HOLES = ("gap", "thin", "unskilled")
STRAINS = ("rest", "double")
KINDS = (*HOLES, "empty", *STRAINS)
Edit = Callable[[rota.Rota], rota.Rota]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is wrong: a hole (`gap`, `thin`, `unskilled`); a shift left `empty` by `person` who is `away` or
    `unreachable`; a rule about their `rest` that is not kept, by name in `reason`; or that they are on duty at several
    `posts` at once, `double`."""

    kind: str
    duty: str
    starts_at: datetime
    ends_at: datetime
    have: int = 0
    need: int = 0
    missing: tuple[str, ...] = ()
    layer: str = ""
    person: User | None = None
    reason: str = ""
    rest_days: tuple[date, ...] = ()
    posts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A lane to paint, the holes in it, and where it differs from what is saved."""

    lane: Lane
    holes: list[Hole]
    changed: list[Stretch]


@dataclass(frozen=True, slots=True)
class _Judged:
    """Whatever is wrong over a span, in the order of time."""

    lines: list[Line]

    @property
    def holes(self) -> list[Line]:
        """What the roster asks for and does not get; an empty shift that somebody else covers is none."""
        return [line for line in self.lines if line.kind in HOLES]

    @property
    def holes_first(self) -> list[Line]:
        """Everything, but what a hole is or explains before what is hard on people; each in the order of time."""
        return sorted(self.lines, key=lambda line: line.kind in STRAINS)

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """How much of each kind there is, the worst first; whoever is missing from a shift is in a hole's number."""
        counted = Counter(line.kind for line in self.lines)
        return [(kind, counted[kind]) for kind in KINDS if counted[kind] and kind != "empty"]


@dataclass(frozen=True, slots=True)
class Outlook(_Judged):
    """`concerned` are the people whose shifts the edit changes within the span."""

    roster: Roster
    span: Span
    weeks: list[calendars.Period]
    rows: list[Row]
    schedule: rota.Schedule
    is_edited: bool = False
    concerned: list[User] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class State(_Judged):
    """A roster in one line: who is on now by duty, and what is wrong ahead."""

    roster: Roster
    on: list[tuple[str, list[User]]]
    is_over: bool = False


def of_roster(roster: Roster, *, span: Span, at: datetime, zone: ZoneInfo) -> Outlook:
    """The saved roster over `span`, in the weeks of a zone's calendar. A number of queries that does not grow."""
    core = Roster.objects.filter(pk=roster.pk).rules(span)[roster.pk]
    found = findings.of_roster(roster, span=span, at=at, rules=core)
    return _told(roster, core, found, span, zone)


def with_layer(
    roster: Roster, layer: rota.Layer, *, replaces: str, since: datetime | None, at: datetime
) -> Outlook:
    """The next four weeks with an unsaved layer among the others; see `edits.with_layer`."""
    since = max(since or at, at)
    told = _of_edit(
        roster, lambda saved: edits.with_layer(saved, layer, replaces=replaces, since=since, at=at), at=at
    )
    begun = replace(layer, effective_from=since)
    found = cautions.of_layer(begun, roster.tz, told.span, told.schedule)
    if replaces and (planned := Layer.objects.planned_after(roster, replaces, since)):
        found.append(Caution("dropped", planned))
    return replace(told, cautions=[*found, *told.cautions])


def without_layer(roster: Roster, name: str, *, since: datetime | None, at: datetime) -> Outlook:
    """The next four weeks once the layer has ended."""
    return _of_edit(roster, lambda saved: edits.without_layer(saved, name, since=since, at=at), at=at)


def with_fields(roster: Roster, required: Sequence[Requirement], *, at: datetime) -> Outlook:
    """The next four weeks of a roster whose fields and skills are not saved as they are here."""
    own = {name: getattr(roster, name) for name in ("zone", "depth", "begins_at", "ends_at")}
    return _of_edit(roster, lambda saved: replace(saved, **own), at=at, required=required)


def as_saved(roster: Roster, *, at: datetime) -> Outlook:
    """The next four weeks as they are."""
    return of_roster(roster, span=_four_weeks(at, roster.tz), at=at, zone=roster.tz)


def states(rosters: Sequence[Roster], *, at: datetime) -> list["State"]:
    """How each of these rosters stands over the next thirty days, in queries that do not grow."""
    span = at, at + AHEAD
    found = findings.of_rosters(Roster.objects.filter(pk__in=[it.pk for it in rosters]), span=span, at=at)
    return [_state(roster, found[roster.pk], at) for roster in rosters]


def _of_edit(
    roster: Roster, edit: Edit, *, at: datetime, required: Sequence[Requirement] | None = None
) -> Outlook:
    """`roster` with its fields changed, `required` skills in place of its own, and its rules after `edit`. RotaError
    for rules that cannot be."""
    zone = roster.tz
    span = _four_weeks(at, zone)
    saved = Roster.objects.filter(pk=roster.pk).rules(span)[roster.pk]
    edited = edit(saved)
    core = replace(edited, time_off=_time_off(saved, edited, span))
    found = findings.of_roster(roster, span=span, at=at, rules=core, required=required)
    named = members([saved, core])
    before = known_schedule(saved, span, at=at, unavailable=named.unreachable)
    lanes = lanes_of(roster, saved, before, span=span, look=span, people=named.people)
    was = {(lane.duty, lane.layer): lane.stints for lane in lanes}
    told = _told(roster, core, found, span, zone)
    rows = [
        replace(row, changed=_changed(was.get((row.lane.duty, row.lane.layer), []), row.lane.stints, span))
        for row in told.rows
    ]
    concerned = _concerned(before, found.schedule)
    people = sorted((named.people[pk] for pk in concerned), key=attrgetter("name"))
    bare = cautions.left_bare(saved, edited, span[1])
    return replace(told, rows=rows, is_edited=True, concerned=people, cautions=bare)


def lines(found: Findings) -> list[Line]:
    """Everything that is wrong, in the order of time."""
    told = [*_holes(found), *_strains(found)]
    return sorted(told, key=attrgetter("starts_at", "ends_at", "kind"))


def _holes(found: Findings) -> Iterator[Line]:
    for hole in found.holes:
        span = hole.starts_at, hole.ends_at
        yield Line(hole.kind, hole.duty, *span, have=hole.have, need=hole.need, missing=hole.missing)
    for it in found.schedule.empty:
        person = found.members.people.get(it.person)
        span = it.starts_at, it.ends_at
        yield Line("empty", it.duty, *span, layer=it.layer, person=person, reason=it.reason)


def _strains(found: Findings) -> Iterator[Line]:
    people = found.members.people
    for it in found.breaches:
        line = Line("rest", "", it.starts_at, it.ends_at, have=it.have, need=it.need, reason=it.kind)
        yield replace(line, person=people.get(it.person), rest_days=it.rest_days)
    for double in found.doubles:
        line = Line("double", "", double.starts_at, double.ends_at, person=people.get(double.person))
        yield replace(line, posts=double.posts)


def weeks(span: Span, zone: ZoneInfo) -> list[calendars.Period]:
    """The weeks that hold `span`, from the weekday it begins on."""
    first, last = (edge.astimezone(zone).date() for edge in span)
    count = -(-((last - first).days or 1) // calendars.WEEK)
    return calendars.weeks_from(first, count, zone)


def months(span: Span, zone: ZoneInfo) -> list[calendars.Period]:
    return calendars.months_from(_date(span[0], zone), _date(span[1] - rota.MOMENT, zone), zone)


def _four_weeks(at: datetime, zone: ZoneInfo) -> Span:
    return at, calendars.weeks_from(_date(at, zone), PREVIEW_WEEKS, zone)[-1].ends_at


def _state(roster: Roster, found: Findings, at: datetime) -> "State":
    on: dict[str, list[User]] = {
        it.duty: [] for it in found.holes if it.kind == "gap" and it.starts_at <= at < it.ends_at
    }
    for shift in found.schedule.shifts:
        if shift.starts_at <= at < shift.ends_at:
            people = [found.members.people[pk] for pk in shift.people]
            on.setdefault(shift.duty, []).extend(people)
    told = lines(found)
    return State(told, roster, sorted(on.items()), is_over=bool(roster.ends_at and roster.ends_at <= at))


def _told(roster: Roster, core: rota.Rota, found: Findings, span: Span, zone: ZoneInfo) -> Outlook:
    lanes = lanes_of(roster, core, found.schedule, span=span, look=span, people=found.members.people)
    duties = {layer.name: layer.duty for layer in core.layers}
    rows = [
        Row(lane, [it for it in found.holes if it.duty == (lane.duty or duties.get(lane.layer))], [])
        for lane in lanes
    ]
    shares = score.shares(core, span, found.schedule, found.holes, is_paged=roster.is_paged)
    return Outlook(lines(found), roster, span, weeks(span, zone), rows, found.schedule, shares=shares)


def _time_off(saved: rota.Rota, edited: rota.Rota, span: Span) -> tuple[rota.TimeOff, ...]:
    """Whoever is new to the layers may be away as well."""
    new = time_off_of(_placed(edited) - _placed(saved), span)
    return tuple(dict.fromkeys([*saved.time_off, *new]))


def _placed(core: rota.Rota) -> set[int]:
    return {one for layer in core.layers for group in layer.groups for one in group}


@dataclass(frozen=True, slots=True)
class _Side:
    """A stint before the edit or after it."""

    people: frozenset[int]
    starts_at: datetime
    ends_at: datetime
    is_after: bool


def _changed(before: list[Stint], after: list[Stint], span: Span) -> list[Stretch]:
    sides = [*_sides(before, is_after=False), *_sides(after, is_after=True)]
    differing = [
        (start, end)
        for start, end, there in stacked(sides, span)
        if _on(there, is_after=False) != _on(there, is_after=True)
    ]
    return [Stretch(start, end) for start, end in union(differing)]


def _sides(stints: Iterable[Stint], *, is_after: bool) -> list[_Side]:
    return [
        _Side(frozenset(one.pk for one in it.people), it.starts_at, it.ends_at, is_after) for it in stints
    ]


def _on(there: Iterable[_Side], *, is_after: bool) -> set[int]:
    return {person for side in there if side.is_after == is_after for person in side.people}


def _concerned(before: rota.Schedule, after: rota.Schedule) -> set[int]:
    """Whoever has other hours on a duty than before."""
    was, will = _hours(before), _hours(after)
    return {person for person in was.keys() | will.keys() if was.get(person) != will.get(person)}


def _hours(schedule: rota.Schedule) -> dict[int, dict[str, list[Span]]]:
    found: dict[int, dict[str, list[Span]]] = {}
    for shift in schedule.shifts:
        for person in shift.people:
            found.setdefault(person, {}).setdefault(shift.duty, []).append((shift.starts_at, shift.ends_at))
    return {
        person: {duty: union(spans) for duty, spans in duties.items()} for person, duties in found.items()
    }


def _date(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
