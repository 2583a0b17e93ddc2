"""People who can be reached, and desks whose reports page them."""

import secrets
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from accounts import clock, sealed
from accounts.models import ContactMethod, NotificationRule, RoleAssignment, User
from accounts.querysets import digest
from escalations.models import EscalationPolicy, PolicyStep, Route, StepTarget
from incidents.models import Integration
from oncall.models import Layer, Participant, Roster

PATIENT = 8 * 3600  # a step behind which nothing is to come


@dataclass(frozen=True)
class Desk:
    """An integration whose incidents page whom its policy names."""

    name: str
    routing_key: str
    policy: EscalationPolicy


class Cast:
    def __init__(self, webhook_url: str) -> None:
        self.webhook_url = webhook_url
        self.count = 0

    def person(self, *ways: str, role: str = "responder") -> User:
        """`ways` in their order: a kind, and after a colon how many seconds a page waits before it takes that way
        (`"sms:0", "email:3600"`); without, there is no rule for it."""
        self.count += 1
        name = f"person-{self.count}"
        person = User.objects.create(email=f"{name}@faults.example", name=name)
        RoleAssignment.objects.create(person=person, role=role)
        for position, way in enumerate(ways):
            kind, _, delay = way.partition(":")
            method = ContactMethod.objects.create(
                person=person,
                kind=kind,
                address=self.address(person, kind),
                sealed=sealed.seal("shared") if kind == "webhook" else "",
                position=position,
                verified_at=clock.now(),
            )
            for urgency in ("high", "low") if delay else ():
                NotificationRule.objects.create(
                    person=person, urgency=urgency, method=method, delay=int(delay)
                )
        return person

    def address(self, person: User, kind: str) -> str:
        """Where the stubs see them."""
        number = person.name.rpartition("-")[2]
        return {
            "email": person.email,
            "sms": f"+1555{int(number):07d}",
            "voice": f"+1555{int(number):07d}",
            "webhook": f"{self.webhook_url}/hook/{number}",
        }[kind]

    def path(self, person: User) -> str:
        return f"/hook/{person.name.rpartition('-')[2]}"

    def people(self, count: int, *ways: str) -> list[User]:
        return [self.person(*ways) for _ in range(count)]

    def roster(self, primary: User | None = None, owner: User | None = None) -> Roster:
        """With one person always on, or with a gap that never ends."""
        self.count += 1
        made = Roster.objects.create(
            slug=f"roster-{self.count}", name=f"Roster {self.count}", zone="UTC", owner=owner or primary
        )
        if primary is not None:
            self.layer(made, [primary])
        return made

    def layer(
        self, roster: Roster, turns: list[User], *, handoff: time = time(9), unit: str = "week"
    ) -> Layer:
        anchor = date(2026, 1, 5)
        layer = Layer.objects.create(
            roster=roster,
            name="primary",
            duty="primary",
            anchor_on=anchor,
            handoff_time=handoff,
            turn_unit=unit,
        )
        for group, person in enumerate(turns):
            Participant.objects.create(layer=layer, group=group, person=person)
        return layer

    def desk(self, *targets: Any, harm_type: str = "VT3", wait: int = 300, last: int = PATIENT) -> Desk:
        """A step for each target (a person, or the fields of a target), `wait` seconds apart."""
        number = Route.objects.count()
        policy = EscalationPolicy.objects.create(slug=f"desk-{number}", name=f"Desk {number}")
        for position, target in enumerate(targets):
            delay = last if position == len(targets) - 1 else wait
            step = PolicyStep.objects.create(policy=policy, position=position, delay=delay)
            StepTarget.objects.create(
                step=step, **({"person": target} if isinstance(target, User) else target)
            )
        language = "q" + chr(97 + number // 26) + chr(97 + number % 26)
        Route.objects.create(position=number, policy=policy, languages=[language])
        key = secrets.token_hex(16)
        name = f"Desk {number}"
        Integration.objects.create(name=name, key_hash=digest(key), harm_type=harm_type, language=language)
        return Desk(name, key, policy)
