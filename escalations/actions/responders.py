"""Who can be paged for an incident at a moment: on duty, active, reachable, cleared to know of it, and speaking the
language that is asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import prefetch_related_objects

from accounts.models import AccessProfile, User
from accounts.querysets import HOLDINGS
from escalations.ladder import Step, Target
from escalations.models import FunctionDesk
from oncall import rota
from oncall.models import DutyName, Roster
from oncall.people import on_rosters
from oncall.querysets import members

# What is asked of a roster is looked at again after so long: its changes of hands are known until then, and what
# somebody edits meanwhile is seen no later.
LOOK = timedelta(minutes=5)

# A roster and which of its duties.
Post = tuple[int, str]


@dataclass
class Responders:
    """Resolves the targets of a policy for one incident at one moment."""

    profile: AccessProfile
    at: datetime
    language: str = ""
    _rules: dict[int, rota.Rota] = field(default_factory=dict)
    _on_duty: dict[Post, list[User]] = field(default_factory=dict)
    _desks: dict[str, int] | None = None

    def at_step(self, step: Step) -> list[User]:
        """The distinct people behind a step's targets, in their order, who may be asked. A duty with nobody for this
        incident is asked for at the roster that stands in for its own."""
        behind = [(target, self._behind(target)) for target in step.targets]
        prefetch_related_objects([one for _target, people in behind for one in people], *HOLDINGS)
        found: dict[int, User] = {}
        for target, people in behind:
            fit = [person for person in people if self._fits(person, step)]
            if not fit and (post := self._post(target)):
                fit = self._standing_in(post, step)
            found |= {person.pk: person for person in fit}
        return list(found.values())

    def posts(self, steps: Iterable[Step]) -> list[Post]:
        """The duties that these steps ask, each once."""
        found = (self._post(target) for step in steps for target in step.targets)
        return list(dict.fromkeys(post for post in found if post))

    def next_look(self, steps: Iterable[Step]) -> datetime | None:
        """When a duty that these steps ask may change hands: the first edge of a shift within `LOOK`, or its end. None
        where no duty is asked."""
        posts = self.posts(steps)
        if not posts:
            return None
        self._read([roster for roster, _duty in posts])
        until = self.at + LOOK
        edges = [
            edge
            for roster in {roster for roster, _duty in posts}
            if roster in self._rules
            for shift in rota.final_schedule(self._rules[roster], self.at, until)
            for edge in (shift.starts_at, shift.ends_at)
            if self.at < edge < until
        ]
        return min(edges, default=until)

    def _behind(self, target: Target) -> list[User]:
        if target.person is not None:
            return list(User.objects.reachable().filter(pk=target.person))
        if target.everyone:
            places = on_rosters(Roster.objects.filter(pk__in=[target.roster]), at=self.at)
            return list(User.objects.reachable().filter(pk__in=places.values("pk")).order_by("name", "pk"))
        post = self._post(target)
        return self._holding(post) if post else []

    def _post(self, target: Target) -> Post | None:
        """The duty a target asks for; None for people, and for a function without a desk."""
        if target.function:
            if self._desks is None:
                self._desks = dict(FunctionDesk.objects.values_list("function", "roster"))
            roster = self._desks.get(target.function)
            return None if roster is None else (roster, DutyName.PRIMARY.value)
        return (target.roster, target.duty) if target.roster is not None and target.duty else None

    def _holding(self, post: Post) -> list[User]:
        self._read([post[0]])
        return self._on_duty.get(post, [])

    def _read(self, rosters: Sequence[int]) -> None:
        """The rules of these rosters and who is on duty by them, each asked once."""
        missing = set(rosters) - self._rules.keys()
        if not missing:
            return
        rules = Roster.objects.filter(pk__in=missing).rules((self.at, self.at + LOOK))
        named = members(rules.values())
        for pk, core in rules.items():
            for duty, those in rota.on_duty(core, self.at, unavailable=named.unreachable).items():
                self._on_duty[pk, duty] = [named.people[one] for one in those]
        self._rules |= rules

    def _standing_in(self, post: Post, step: Step) -> list[User]:
        """Whoever is on the same duty of the roster that stands in, or of the one that stands in for that; where it
        has no such duty, its primary."""
        seen, roster = {post[0]}, _stand_in_for(post[0])
        while roster is not None and roster not in seen:
            seen.add(roster)
            people = self._holding((roster, post[1])) or self._holding((roster, DutyName.PRIMARY.value))
            prefetch_related_objects(people, *HOLDINGS)
            fit = [person for person in people if self._fits(person, step)]
            if fit:
                return fit
            roster = _stand_in_for(roster)
        return []

    def _fits(self, person: User, step: Step) -> bool:
        """Cleared, always. The last resort is anybody who is: better asked in a language of the second choice than
        nobody."""
        subject = person.subject(at=self.at)
        if not self.profile.met_by(subject):
            return False
        if step.resort:
            return True
        spoken = {language for language in (step.language, self.language) if language}
        return (not step.clearance or step.clearance in subject.clearances) and spoken <= set(
            person.languages
        )


def _stand_in_for(roster: int) -> int | None:
    return Roster.objects.filter(pk=roster).values_list("fallback", flat=True).first()
