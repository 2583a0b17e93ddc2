"""The company: one person for each role, enough responders for two rosters, and an outsider."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from accounts.actions import clearances
from accounts.models import ApiToken, ContactMethod, RoleAssignment, User
from accounts.querysets import digest
from accounts.roles import Role

DOMAIN = "watchfloor.example"


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    role: str
    site: str
    zone: str
    clearances: tuple[str, ...] = ()
    language: str = "en"
    region: str = "AMER"

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@{DOMAIN}"


LA, DUBLIN, SINGAPORE = "America/Los_Angeles", "Europe/Dublin", "Asia/Singapore"
ALL_STATUTORY = ("csea", "terror", "us-data", "insider")

PEOPLE = [
    Person("Maya Okafor", Role.INCIDENT_MANAGER, "los_angeles", LA, ALL_STATUTORY),
    Person("Jonas Lindqvist", Role.INCIDENT_MANAGER, "dublin", DUBLIN, ("csea", "terror", "insider"), region="EMEA"),
    Person("Priya Raman", Role.RESPONDER, "los_angeles", LA, ("csea", "terror", "us-data")),
    Person("Daniel Cho", Role.RESPONDER, "san_jose", LA, ("terror", "us-data")),
    Person("Sofia Marchetti", Role.RESPONDER, "los_angeles", LA, ("csea", "terror")),
    Person("Marcus Bell", Role.RESPONDER, "san_jose", LA),
    Person("Aisling Byrne", Role.RESPONDER, "dublin", DUBLIN, ("csea", "terror"), region="EMEA"),
    Person("Wei Ling Tan", Role.RESPONDER, "singapore", SINGAPORE, ("terror",), region="APAC"),
    Person("Nadia Orlova", Role.RESPONDER, "dublin", DUBLIN, region="EMEA"),
    Person("Hannah Weiss", Role.REVIEW_LEAD, "san_jose", LA, ("terror",)),
    Person("Tomas Herrera", Role.ROSTER_ADMIN, "los_angeles", LA),
    Person("Claire Dubois", Role.PARTNER, "dublin", DUBLIN, ("legal-privileged",), region="EMEA"),
    Person("Ruslan Akhmetov", Role.REPORTER, "dublin", DUBLIN, language="ru", region="REECA"),
    Person("Grace Mbeki", Role.SECURITY_OFFICER, "los_angeles", LA),
    Person("Kenji Mori", Role.ANALYST, "singapore", SINGAPORE, region="APAC"),
    Person("Ingrid Solberg", Role.ADMINISTRATOR, "san_jose", LA),
    Person("Olga Reyes", "", "los_angeles", LA),  # signed in, and nothing more: must see nothing
]  # fmt: skip


def seed(*, password: str, api_token: str, at: datetime) -> dict[str, User]:
    """Everyone by first name. The API token acts as the first incident manager."""
    hashed = make_password(password)  # once: it is meant to be slow
    long_ago = at - timedelta(days=120)
    people = {}
    for person in PEOPLE:
        user = User.objects.create(
            email=person.email,
            name=person.name,
            password=hashed,
            time_zone=person.zone,
            language=person.language,
            region=person.region,
            site=person.site,
        )
        ContactMethod.objects.create(
            person=user, kind=ContactMethod.Kind.EMAIL, address=person.email, verified_at=long_ago
        )
        if person.role:
            RoleAssignment.objects.create(person=user, role=person.role)
        people[person.name.split()[0]] = user
    _clear(people, long_ago)
    ApiToken.objects.create(person=people["Maya"], name="Demo script", secret_hash=digest(api_token))
    return people


def _clear(people: dict[str, User], at: datetime) -> None:
    """Grace screened everyone, as the product has it: the audit knows."""
    for person in PEOPLE:
        for kind in person.clearances:
            clearances.give(
                person=people[person.name.split()[0]],
                kind=kind,
                evidence="HR screening file",
                valid_from=at,
                valid_until=None,
                by=people["Grace"],
                at=at,
            )
