"""One shift, opened to be looked at and changed: whose it is, what of it is still to come, who could have it instead,
and what was changed about it already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from oncall import objections, people
from oncall.models import Override, Roster, Swap
from oncall.objections import Objection
from oncall.querysets import Lane, Stint
from oncall.rota import MOMENT
from oncall.spans import Span
from oncall.wallclock import DAY

# How far to look for where a shift really begins and ends, and for shifts to have in return.
REACH = timedelta(days=35)
IN_RETURN = timedelta(days=56)
MOST_IN_RETURN = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be on duty instead, and what speaks against it."""

    person: User
    objections: list[Objection]


@dataclass(frozen=True, slots=True)
class InReturn:
    """A shift of somebody else's that one could have for one's own."""

    lane: Lane
    person: User
    starts_at: datetime
    ends_at: datetime

    @property
    def key(self) -> str:
        return f"{self.person.pk}/{self.starts_at.isoformat()}/{self.ends_at.isoformat()}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A stint of a lane as it stands at `at`."""

    lane: Lane
    stint: Stint
    at: datetime

    @property
    def roster(self) -> Roster:
        return self.lane.roster

    @property
    def ahead(self) -> Span | None:
        """What of it is still to come; of one without an end in sight, the next day. None once it is over."""
        start = max(self.stint.starts_at, self.at)
        end = self.stint.ends_at
        if self.stint.is_open_after:
            end = min(end, start + DAY)
        return (start, end) if start < end else None

    @property
    def moment(self) -> datetime:
        """When to look for it again: an instant of what is still to come, if anything is."""
        return self.ahead[0] if self.ahead else self.stint.starts_at

    @property
    def key(self) -> str:
        """Which lane this is among its roster's."""
        return self.lane.duty or self.lane.layer

    @property
    def assigned(self) -> list[User]:
        """Whose it is, those included who cannot be there."""
        return [*self.stint.people, *self.stint.absent, *self.stint.away]

    def concerns(self, person_id: int | None) -> bool:
        return self.stint.concerns(person_id)


def sheet(roster: Roster, lane: str, moment: datetime, *, at: datetime) -> Sheet | None:
    """The stint of that lane (a duty, or a layer of a roster that is presence alone) at a moment. Seven queries."""
    lanes = Roster.objects.filter(pk=roster.pk).lanes(span=(moment, moment + MOMENT), at=at, margin=REACH)
    for found in lanes:
        if lane == (found.duty or found.layer) and (stint := found.at(moment)):
            return Sheet(found, stint, at)
    return None


def candidates(sheet: Sheet) -> list[Candidate]:
    """The people of the roster who do not have this shift, by name, those first against whom nothing speaks."""
    span = sheet.ahead
    if span is None:
        return []
    having = {person.pk for person in sheet.stint.people}
    others = [one for one in people.on_rosters([sheet.roster], at=sheet.at) if one.pk not in having]
    against = objections.by_person(others, roster=sheet.roster, span=span, at=sheet.at)
    found = [Candidate(person, against[person.pk]) for person in others]
    return sorted(found, key=lambda it: bool(it.objections))


def others(shown: Sequence[Candidate], sheet: Sheet) -> list[User]:
    """Those who may be on duty and have no place on the roster."""
    known = {it.person.pk for it in shown} | {person.pk for person in sheet.stint.people}
    return [person for person in people.who_may_be_on_duty() if person.pk not in known]


def in_return(sheet: Sheet, giver: User) -> list[InReturn]:
    """The next shifts of other people on this roster that do not touch what would be given."""
    span = sheet.ahead
    if span is None:
        return []
    look = sheet.at, sheet.at + IN_RETURN
    found = [
        InReturn(lane, person, stint.starts_at, stint.ends_at)
        for lane in Roster.objects.filter(pk=sheet.roster.pk).lanes(span=look, at=sheet.at)
        for stint in lane.stints
        if sheet.at < stint.starts_at and not stint.is_open_after
        if stint.ends_at <= span[0] or span[1] <= stint.starts_at
        for person in stint.people
        if person.pk != giver.pk
    ]
    return sorted(found, key=lambda it: (it.starts_at, it.person.name))[:MOST_IN_RETURN]


def changes(sheet: Sheet) -> list[Override | Swap]:
    """The overrides and accepted swaps that make it what it is, in the order they were made. Two queries."""
    there = {person.pk for person in sheet.assigned}
    within = {"starts_at__lt": sheet.stint.ends_at, "ends_at__gt": sheet.stint.starts_at}
    overrides = sheet.roster.overrides.filter(**within).select_related("person", "by", "made_by")
    swaps = sheet.roster.swaps.filter(**within, state=Swap.State.ACCEPTED, taker__in=there).with_names()
    acting = [it for it in overrides if _acts(it, sheet) and (it.by_id is None or it.by_id in there)]
    return [*acting, *swaps.order_by("settled_at")]


def _acts(override: Override, sheet: Sheet) -> bool:
    """Whether it reaches into the stint: by its time, by its end, by its duty."""
    until = min(override.ends_at, override.ended_at or override.ends_at)
    duty = override.duty or ("primary" if override.kind == Override.Kind.ADD else "")
    on_lane = sheet.lane.duty in ("", duty) or not duty
    return on_lane and max(override.starts_at, sheet.stint.starts_at) < min(until, sheet.stint.ends_at)
