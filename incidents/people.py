"""Whom a room may be opened to: the people who hold what its access profile asks for."""

from datetime import datetime

from accounts.models import User
from incidents.models import Incident


def who_may_know(incident: Incident, *, at: datetime) -> list[User]:
    """Active people who meet the incident's access profile, by name: a grant could open it to each of them.
    Five queries however many people."""
    people = User.objects.active().with_holdings().order_by("name", "pk")
    return [person for person in people if incident.profile.met_by(person.subject(at=at))]


def who_may_respond(incident: Incident, *, at: datetime) -> list[User]:
    """Of those, the ones whose roles respond: who can be paged by hand, given a function or a task."""
    return [
        person for person in who_may_know(incident, at=at) if person.subject(at=at).may("incident.respond")
    ]


def who_may_manage(incident: Incident, *, at: datetime) -> list[User]:
    """Of those, the ones whose roles let them take incidents out of triage."""
    return [
        person for person in who_may_know(incident, at=at) if person.subject(at=at).may("incident.triage")
    ]
