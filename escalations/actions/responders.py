"""Who can be paged for an incident right now: on duty, active, reachable, and cleared to know of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects

from accounts.models import User
from accounts.querysets import HOLDINGS
from escalations.ladder import Step, Target
from incidents.models import Incident
from oncall.models import Roster


@dataclass(frozen=True, slots=True)
class Responders:
    """Resolves the targets of a policy for one incident at one moment."""

    incident: Incident
    at: datetime

    def at_step(self, step: Step) -> list[User]:
        """The distinct people behind a step's targets, in their order, who may know of the incident."""
        people: dict[int, User] = {}
        for target in step.targets:
            people |= {person.pk: person for person in self._behind(target)}
        prefetch_related_objects(list(people.values()), *HOLDINGS)
        return [person for person in people.values() if self._may_know(person)]

    def _behind(self, target: Target) -> list[User]:
        if target.roster is None:
            return list(User.objects.reachable().filter(pk=target.person or 0))
        duties = Roster.objects.filter(pk=target.roster).on_duty(at=self.at)
        return duties.get(target.roster, {}).get(target.duty, [])

    def _may_know(self, person: User) -> bool:
        return self.incident.profile.met_by(person.subject(at=self.at))
