"""The fixed cast every story is played with, on a stage of one roster and one policy per tier."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from accounts.models import ApiToken, Clearance, ContactMethod, RoleAssignment, User
from accounts.querysets import digest
from escalations.models import EscalationPolicy, PolicyStep, Route, StepTarget
from incidents.actions import intake
from incidents.actions.submission import Submission
from incidents.choices import Source
from incidents.models import Incident, Integration
from oncall.models import Layer, Participant, Roster

PASSWORD = "correct-horse-battery"
ROUTING_KEY = "r" * 32
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
STEP_SECONDS = 300


@dataclass
class Cast:
    """`on_duty` is primary, `second` secondary and `manager` manager on duty, always; `specialist` holds
    csea and terror; `admin` is an administrator, `security` a security officer; `outsider` is signed in and
    holds nothing."""

    on_duty: User
    second: User
    manager: User
    specialist: User
    reporter: User
    partner: User
    admin: User
    security: User
    outsider: User
    integration: Integration
    duty: Roster
    routing_key: str = ROUTING_KEY
    password: str = PASSWORD
    tokens: dict[int, str] = field(default_factory=dict)

    def token(self, person: User) -> str:
        """A bearer token of this person's."""
        if person.pk not in self.tokens:
            secret = f"token-{person.pk}"
            ApiToken.objects.create(person=person, name="test", secret_hash=digest(secret))
            self.tokens[person.pk] = secret
        return self.tokens[person.pk]

    def report(self, *, at: datetime | None = None, **told) -> Incident:
        """An incident by the reporter's form; VT3 and so SEV1 unless said otherwise."""
        told = {"title": "Threat against a school", "harm_type": "VT3"} | told
        submission = Submission(
            source=Source.FORM, principal=f"person:{self.reporter.pk}", reporter=self.reporter, **told
        )
        return intake.receive(submission=submission, at=at or datetime.now(UTC))[0].incident


# One round: hashing is meant to be slow, and the product's own processes must be able to read it.
HASHED = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1)


def gather() -> Cast:
    hashed = HASHED
    duty = {
        "on_duty": person("on-duty", "responder", hashed),
        "second": person("second", "responder", hashed),
        "manager": person("manager", "incident_manager", hashed, "csea", "terror", "insider"),
    }
    roster = _roster(duty["on_duty"], duty["second"])
    _policies(roster, duty["manager"])
    return Cast(
        **duty,
        specialist=person("specialist", "responder", hashed, "csea", "terror"),
        reporter=person("reporter", "reporter", hashed),
        partner=person("partner", "partner", hashed),
        admin=person("admin", "administrator", hashed),
        security=person("security", "security_officer", hashed),
        outsider=person("outsider", "", hashed),
        integration=Integration.objects.create(
            name="Detector", key_hash=digest(ROUTING_KEY), harm_type="VT3"
        ),
        duty=roster,
    )


def person(name: str, role: str, hashed: str, *clearances: str) -> User:
    person = User.objects.create(email=f"{name}@cast.example", name=name.title(), password=hashed)
    ContactMethod.objects.create(person=person, kind="email", address=person.email, verified_at=START)
    if role:
        RoleAssignment.objects.create(person=person, role=role)
    for kind in clearances:
        Clearance.objects.create(
            person=person, kind=kind, evidence="test", valid_from=START - timedelta(days=3650)
        )
    return person


def _roster(primary: User, secondary: User) -> Roster:
    roster = Roster.objects.create(slug="duty", name="Duty", zone="America/Los_Angeles", owner=primary)
    for name, person in (("primary", primary), ("secondary", secondary)):
        layer = Layer.objects.create(
            roster=roster, name=name, duty=name, anchor_on="2020-01-06", handoff_time=time(9)
        )
        Participant.objects.create(layer=layer, group=0, person=person)
    return roster


def _policies(duty: Roster, manager: User) -> None:
    """Primary, secondary, manager, five minutes apart; SEV0 has a policy of its own."""
    for slug, severities in (("sev0", [0]), ("others", [])):
        policy = EscalationPolicy.objects.create(slug=slug, name=slug)
        targets = [
            {"roster": duty, "duty": "primary"},
            {"roster": duty, "duty": "secondary"},
            {"person": manager},
        ]
        for position, target in enumerate(targets):
            step = PolicyStep.objects.create(policy=policy, position=position, delay=STEP_SECONDS)
            StepTarget.objects.create(step=step, **target)
        Route.objects.create(position=Route.objects.count(), policy=policy, severities=severities)
