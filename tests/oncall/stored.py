"""A roster file as rows, in force since ever, so that what is stored can be held against what is written."""

from datetime import UTC, datetime

from accounts.models import Clearance, ContactMethod, User
from oncall.files import read
from oncall.models import Layer, Override, Participant, RequiredSkill, Roster, Swap, TimeOff

LONG_AGO = datetime(1971, 1, 1, tzinfo=UTC)


def address(name: str) -> str:
    return f"{name.lower()}@filed.example"


def store(data: dict, *, everybody: str, owner: User) -> Roster:
    """`data` may name anybody of `everybody`; each becomes a person who can be reached unless the file says no."""
    file = read(data)
    people = {name: _person(name, file.people.get(name)) for name in everybody}
    core = file.rota
    roster = Roster.objects.create(slug="filed", name="Filed", zone=core.zone, depth=core.depth, owner=owner)
    for skill in file.needs.skills:
        kind, _, code = skill.skill.partition(":")
        RequiredSkill.objects.create(roster=roster, kind=kind, code=code, count=skill.count, **_window(skill))
    for layer in core.layers:
        _layer(roster, layer, people)
    for it in core.overrides:
        common = {"kind": it.kind, "duty": it.duty or "", "made_at": LONG_AGO, "made_by": owner}
        named = {"person": people.get(it.person), "by": people.get(it.by)}
        Override.objects.create(roster=roster, **common, **named, **_span(it))
    for it in core.time_off:
        TimeOff.objects.create(person=people[it.person], made_at=LONG_AGO, made_by=owner, **_span(it))
    for number, offer in enumerate(file.offers):
        Swap.objects.create(
            roster=roster,
            giver=people[offer.swap.giver],
            taker=people[offer.swap.taker],
            state="accepted" if offer.accepted else "offered",
            settled_at=LONG_AGO.replace(microsecond=number) if offer.accepted else None,
            offered_at=LONG_AGO,
            offered_by=owner,
            **_span(offer.swap),
        )
    return roster


def _person(name, facts) -> User:
    person = User.objects.create(
        email=address(name), name=name, languages=list(facts.languages) if facts else []
    )
    if facts is None or facts.reachable:
        ContactMethod.objects.create(person=person, kind="email", address=person.email, verified_at=LONG_AGO)
    for kind in facts.clearances if facts else ():
        Clearance.objects.create(person=person, kind=kind, evidence="filed", valid_from=LONG_AGO)
    return person


def _layer(roster, layer, people) -> None:
    row = Layer.objects.create(
        roster=roster,
        name=layer.name,
        rank=layer.rank,
        duty=layer.duty,
        anchor_on=layer.anchor_on,
        handoff_time=layer.handoff_time,
        turn_n=layer.turn.n,
        turn_unit=layer.turn.unit,
        working_days=None if layer.working_days is None else sorted(layer.working_days),
        ends_on=layer.ends_on,
        **_window(layer),
    )
    Participant.objects.bulk_create(
        Participant(layer=row, group=number, person=people[name])
        for number, group in enumerate(layer.groups)
        for name in group
    )


def _window(it) -> dict:
    return {"window_start": it.window and it.window.start, "window_end": it.window and it.window.end}


def _span(it) -> dict:
    return {"starts_at": it.starts_at, "ends_at": it.ends_at}
