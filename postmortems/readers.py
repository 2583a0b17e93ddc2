"""Whom a review or an improvement can be given to: people who may know of its incident without being let in first."""

from datetime import datetime

from accounts.models import User
from incidents import people
from incidents.models import Incident


def who_may_know(incident: Incident, *, at: datetime) -> list[User]:
    """Everybody cleared whose role or a grant lets them see the incident, by name. A constant number of queries;
    for offering a choice, which `may_know` then holds to the predicate."""
    granted = set(incident.user_grants.carrying("view", at=at).values_list("user_id", flat=True))
    circles = set(incident.group_grants.carrying("view", at=at).values_list("group_id", flat=True))
    return [
        person
        for person in people.who_may_know(incident, at=at)
        if _sees_by_role(person, incident, at)
        or person.pk in granted
        or circles & person.subject(at=at).group_ids
    ]


def may_know(person: User, incident: Incident, *, at: datetime) -> bool:
    return Incident.objects.visible_to(person.subject(at=at)).filter(pk=incident.pk).exists()


def _sees_by_role(person: User, incident: Incident, at: datetime) -> bool:
    return person.subject(at=at).may("incident.view") and not incident.profile.need_to_know
