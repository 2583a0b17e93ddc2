"""Rosters as files: plain data, as JSON or YAML has it, into rules. docs/rosters.md describes the format; the way
back is `filing`.

Whatever cannot be meant is refused with the path of the field, as in `layers[0].window.start`. Nothing here
knows the database.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from oncall.changes import Override, Swap, TimeOff
from oncall.coverage import Needs, Requirement
from oncall.fields import Fields, is_text, named, refuse
from oncall.layers import MOST_PEOPLE, Layer, Person, Turn
from oncall.rota import Asked, Rota
from oncall.site_holidays import PLACES

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,50}")
NAME = 80  # characters of a roster's or a layer's name


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file says about a person."""

    clearances: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    reachable: bool = True

    @property
    def skills(self) -> frozenset[str]:
        return frozenset(
            [f"clearance:{it}" for it in self.clearances] + [f"language:{it}" for it in self.languages]
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """A swap of a file, accepted or not. Until it is, its taker may be None: whoever wants. Offers of one `bundle`, a
    name that means nothing else, are accepted together."""

    swap: Swap
    accepted: bool
    bundle: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says of the roster beside its rules; None where it says nothing, or nobody and nowhere. `given` are
    the names of all the fields it has: an import leaves the others as they are."""

    slug: str | None = None
    name: str | None = None
    owner: Person | None = None
    is_paged: bool = True
    is_manager_on_duty: bool = False
    fallback: str | None = None
    holiday_site: str | None = None
    holiday_depth: int | None = None
    given: frozenset[str] = frozenset()

    @property
    def says_paged(self) -> bool:
        """Whoever is paged is asked at the primary duty first: a roster that says it is paged has that duty."""
        return self.is_paged and "is_paged" in self.given


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A file as rules: people are named as the file names them. `rota` has its accepted swaps alone, `offers` all."""

    rota: Rota
    needs: Needs
    people: dict[Person, Facts]
    offers: tuple[Offer, ...]
    head: Head = Head()

    @property
    def unreachable(self) -> frozenset[str]:
        return frozenset(name for name, facts in self.people.items() if not facts.reachable)

    @property
    def skills(self) -> dict[str, frozenset[str]]:
        return {name: facts.skills for name, facts in self.people.items()}

    def named(self) -> Iterator[tuple[str, Person]]:
        """Everybody the file names, each with the path of the place."""
        if self.head.owner is not None:
            yield "owner", self.head.owner
        for place, layer in enumerate(self.rota.layers):
            for turn, group in enumerate(layer.groups):
                yield from ((f"layers[{place}].participants[{turn}]", person) for person in group)
        for place, override in enumerate(self.rota.overrides):
            for field in ("person", "by"):
                if (person := getattr(override, field)) is not None:
                    yield f"overrides[{place}].{field}", person
        for place, offer in enumerate(self.offers):
            yield f"swaps[{place}].from", offer.swap.giver
            if offer.swap.taker is not None:
                yield f"swaps[{place}].to", offer.swap.taker
        for place, absence in enumerate(self.rota.time_off):
            yield f"time_off[{place}].person", absence.person
        yield from ((f"people.{person}", person) for person in self.people)

    def renamed(self, name: Callable[[Person], Person]) -> "RosterFile":
        """The same file with every person called something else."""
        offers = tuple(
            replace(it, swap=replace(it.swap, giver=name(it.swap.giver), taker=_by(name, it.swap.taker)))
            for it in self.offers
        )
        rota = replace(
            self.rota,
            layers=tuple(
                replace(it, groups=tuple(tuple(map(name, group)) for group in it.groups))
                for it in self.rota.layers
            ),
            overrides=tuple(
                replace(it, person=_by(name, it.person), by=_by(name, it.by)) for it in self.rota.overrides
            ),
            swaps=tuple(offer.swap for offer in offers if offer.accepted),
            time_off=tuple(replace(it, person=name(it.person)) for it in self.rota.time_off),
        )
        people = {name(person): facts for person, facts in self.people.items()}
        head = replace(self.head, owner=_by(name, self.head.owner))
        return replace(self, rota=rota, people=people, offers=offers, head=head)


def _by(name: Callable[[Person], Person], person: Person | None) -> Person | None:
    return None if person is None else name(person)


def read(data: Any) -> RosterFile:
    """The rules of a roster file. RotaError names the first field that cannot be meant."""
    fields = Fields(data, "")
    zone, depth = fields.text("zone"), fields.number("depth", default=1, within=(0, MOST_PEOPLE))
    head, people = _head(fields), {name: _facts(it) for name, it in fields.named("people")}
    layers, offers = _layers(fields), tuple(fields.each("swaps", _offer))
    rota = Rota(
        zone=zone,
        depth=depth,
        layers=layers,
        overrides=tuple(fields.each("overrides", _override)),
        swaps=tuple(offer.swap for offer in offers if offer.accepted),
        time_off=tuple(fields.each("time_off", _time_off)),
        begins_at=fields.instant("begins_at", optional=True),
        ends_at=fields.instant("ends_at", optional=True),
        more_asked=(Asked("primary"),) if head.says_paged else (),
    )
    if rota.begins_at and rota.ends_at and rota.begins_at >= rota.ends_at:
        refuse("ends_at", "The end must be after the start.")
    needs = Needs(depth=rota.depth, skills=tuple(fields.each("require", _requirement)))
    fields.nothing_else()
    return RosterFile(rota, needs, people, offers, head)


def _head(fields: Fields) -> Head:
    for name in ("slug", "fallback"):
        slug = fields.text(name, optional=True)
        if slug is not None and not SLUG.fullmatch(slug):
            refuse(name, "Write 1 to 50 letters without accents, digits, hyphens and underscores.")
    holidays = Fields(fields.get("holidays") or {}, "holidays")
    site = holidays.text("site") if fields.get("holidays") is not None else None
    if site is not None and site not in PLACES:
        refuse("holidays.site", f"There are: {', '.join(sorted(PLACES))}.")
    depth = holidays.number("depth", within=(0, MOST_PEOPLE)) if holidays.get("depth") is not None else None
    holidays.nothing_else()
    return Head(
        slug=fields.get("slug"),
        name=fields.text("name", optional=True, most=NAME),
        owner=fields.text("owner", optional=True),
        is_paged=fields.flag("is_paged", default=True),
        is_manager_on_duty=fields.flag("is_manager_on_duty", default=False),
        fallback=fields.get("fallback"),
        holiday_site=site,
        holiday_depth=depth,
        given=frozenset(map(str, fields.data)),
    )


def _layers(fields: Fields) -> tuple[Layer, ...]:
    if fields.get("layers") is None:
        refuse("layers", "Give a list of layers. An empty one is a roster that nobody covers.")
    layers = tuple(fields.each("layers", _layer))
    for place, layer in enumerate(layers):
        if any(layer.name == other.name and not _apart(layer, other) for other in layers[:place]):
            refuse(f"layers[{place}].name", "Two layers have this name. Give each its own.")
    return layers


def _apart(one: Layer, two: Layer) -> bool:
    """Whether they are versions of one layer, one in force after the other."""
    return any(
        first.effective_until and second.effective_from and first.effective_until <= second.effective_from
        for first, second in ((one, two), (two, one))
    )


def _layer(fields: Fields) -> Layer:
    turn = Fields(fields.get("turn"), fields.at("turn"))
    with named(fields.path):
        length = Turn(turn.number("n"), turn.text("unit"))
    turn.nothing_else()
    return Layer(
        name=fields.text("name", most=NAME),
        rank=fields.number("rank", default=1, within=(0, 32_767)),
        duty=fields.text("duty", optional=True) or "primary",
        anchor_on=fields.day("anchor_on"),
        handoff_time=fields.clock("handoff_time"),
        turn=length,
        working_days=_working_days(fields),
        window=fields.window("window"),
        ends_on=fields.day("ends_on", optional=True),
        groups=_groups(fields),
        effective_from=fields.instant("effective_from", optional=True),
        effective_until=fields.instant("effective_until", optional=True),
    )


def _working_days(fields: Fields) -> frozenset[int] | None:
    if fields.get("working_days") is None:
        return None
    days = fields.items("working_days")
    for place, day in enumerate(days):
        if day not in WEEKDAYS:
            refuse(f"{fields.at('working_days')}[{place}]", "Weekdays are MO, TU, WE, TH, FR, SA and SU.")
    return frozenset(WEEKDAYS.index(day) for day in days)


def _groups(fields: Fields) -> tuple[tuple[str, ...], ...]:
    path = fields.at("participants")
    groups = fields.items("participants")
    if not groups:
        refuse(path, "Name at least one person: a layer without people covers nothing.")
    for place, group in enumerate(groups):
        if not isinstance(group, list) or not group or not all(map(is_text, group)):
            refuse(f"{path}[{place}]", "Give a list of people, at least one.")
        if len(set(group)) < len(group):
            refuse(f"{path}[{place}]", "A person stands in a group once.")
    if sum(map(len, groups)) > MOST_PEOPLE:
        refuse(path, f"A layer holds at most {MOST_PEOPLE:,} people.")
    return tuple(tuple(group) for group in groups)


def _override(fields: Fields) -> Override:
    kind, person, by = (
        fields.text("kind"),
        fields.text("person", optional=True),
        fields.text("by", optional=True),
    )
    if kind == "add":  # whom it adds may stand in either field
        person, by = None, by or person
    return Override(
        kind=kind,
        person=person,
        by=by,
        starts_at=fields.instant("starts_at"),
        ends_at=fields.instant("ends_at"),
        duty=fields.text("duty", optional=True),
    )


def _time_off(fields: Fields) -> TimeOff:
    return TimeOff(
        person=fields.text("person"),
        starts_at=fields.instant("starts_at"),
        ends_at=fields.instant("ends_at"),
    )


def _offer(fields: Fields) -> Offer:
    accepted = fields.flag("accepted", default=False)
    swap = Swap(
        giver=fields.text("from"),
        taker=fields.text("to", optional=not accepted),
        starts_at=fields.instant("starts_at"),
        ends_at=fields.instant("ends_at"),
    )
    return Offer(swap, accepted, fields.text("bundle", optional=True))


def _requirement(fields: Fields) -> Requirement:
    return Requirement(
        fields.text("skill", most=49), fields.number("count", default=1), fields.window("window")
    )


def _facts(fields: Fields) -> Facts:
    return Facts(
        clearances=_codes(fields, "clearances"),
        languages=_codes(fields, "languages"),
        reachable=fields.flag("reachable", default=True),
    )


def _codes(fields: Fields, name: str) -> tuple[str, ...]:
    codes = fields.items(name)
    if not all(map(is_text, codes)):
        refuse(fields.at(name), "Give a list of codes.")
    return tuple(codes)
