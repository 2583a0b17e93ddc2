"""Rosters as files: plain data, as JSON or YAML has it, into rules. docs/rosters.md describes the format.

Whatever cannot be meant is refused with the path of the field, as in `layers[0].window.start`. Nothing here
knows the database.
"""

from dataclasses import dataclass
from typing import Any

from oncall.changes import Override, Swap, TimeOff
from oncall.coverage import Needs, Requirement
from oncall.fields import Fields, named, refuse
from oncall.layers import MOST_PEOPLE, Layer, Turn
from oncall.rota import Rota

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


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
    """A swap of a file, accepted or not."""

    swap: Swap
    accepted: bool


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A file as rules: people are named as the file names them. `rota` has its accepted swaps alone, `offers` all."""

    rota: Rota
    needs: Needs
    people: dict[str, Facts]
    offers: tuple[Offer, ...]

    @property
    def unreachable(self) -> frozenset[str]:
        return frozenset(name for name, facts in self.people.items() if not facts.reachable)

    @property
    def skills(self) -> dict[str, frozenset[str]]:
        return {name: facts.skills for name, facts in self.people.items()}


def read(data: Any) -> RosterFile:
    """The rules of a roster file. RotaError names the first field that cannot be meant."""
    fields = Fields(data, "")
    offers = tuple(fields.each("swaps", _offer))
    rota = Rota(
        zone=fields.text("zone"),
        depth=fields.number("depth", default=1),
        layers=_layers(fields),
        overrides=tuple(fields.each("overrides", _override)),
        swaps=tuple(offer.swap for offer in offers if offer.accepted),
        time_off=tuple(fields.each("time_off", _time_off)),
    )
    needs = Needs(depth=rota.depth, skills=tuple(fields.each("require", _requirement)))
    people = {name: _facts(it) for name, it in fields.named("people")}
    fields.nothing_else(
        also=("slug", "name", "owner", "is_paged", "holidays", "begins_at", "ends_at", "fallback")
    )
    return RosterFile(rota, needs, people, offers)


def _layers(fields: Fields) -> tuple[Layer, ...]:
    layers = tuple(fields.each("layers", _layer))
    names = [layer.name for layer in layers]
    for place, name in enumerate(names):
        if name in names[:place]:
            refuse(f"layers[{place}].name", "Two layers have this name. Give each its own.")
    return layers


def _layer(fields: Fields) -> Layer:
    turn = Fields(fields.get("turn"), fields.at("turn"))
    with named(fields.path):
        length = Turn(turn.number("n"), turn.text("unit"))
    turn.nothing_else()
    return Layer(
        name=fields.text("name"),
        rank=fields.number("rank", default=1),
        duty=fields.text("duty", optional=True) or "primary",
        anchor_on=fields.day("anchor_on"),
        handoff_time=fields.clock("handoff_time"),
        turn=length,
        working_days=_working_days(fields),
        window=fields.window("window"),
        ends_on=fields.day("ends_on", optional=True),
        groups=_groups(fields),
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
        if not isinstance(group, list) or not group or not all(isinstance(it, str) and it for it in group):
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
    swap = Swap(
        giver=fields.text("from"),
        taker=fields.text("to"),
        starts_at=fields.instant("starts_at"),
        ends_at=fields.instant("ends_at"),
    )
    return Offer(swap, fields.flag("accepted", default=False))


def _requirement(fields: Fields) -> Requirement:
    return Requirement(fields.text("skill"), fields.number("count", default=1), fields.window("window"))


def _facts(fields: Fields) -> Facts:
    return Facts(
        clearances=_codes(fields, "clearances"),
        languages=_codes(fields, "languages"),
        reachable=fields.flag("reachable", default=True),
    )


def _codes(fields: Fields, name: str) -> tuple[str, ...]:
    codes = fields.items(name)
    if not all(isinstance(code, str) and code for code in codes):
        refuse(fields.at(name), "Give a list of codes.")
    return tuple(codes)
