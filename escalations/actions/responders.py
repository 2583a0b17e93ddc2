"""Who can be paged for an incident at a moment: on duty, active, reachable, cleared to know of it, speaking the
language that is asked for, and not having asked to be left out of this kind of harm."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import prefetch_related_objects

from accounts.models import AccessProfile, User
from accounts.querysets import PAGED_BY
from escalations.ladder import Step, Target, Why
from escalations.models import FunctionDesk
from oncall import rota
from oncall.models import DutyName, Roster
from oncall.people import on_rosters
from oncall.querysets import members
from oncall.spans import Span

# What is asked of a roster is looked at again after so long: its changes of hands are known until then, and what
# somebody edits meanwhile is seen no later.
LOOK = timedelta(minutes=5)

# A roster and which of its duties.
Post = tuple[int, str]


@dataclass
class Book:
    """What rosters say within a span, each read once however often it is asked."""

    span: Span
    rules: dict[int, rota.Rota] = field(default_factory=dict)
    people: dict[int, User] = field(default_factory=dict)
    unreachable: set[int] = field(default_factory=set)
    reachable: dict[int, User | None] = field(default_factory=dict)

    def read(self, rosters: Iterable[int]) -> None:
        missing = set(rosters) - self.rules.keys()
        if not missing:
            return
        rules = Roster.objects.filter(pk__in=missing).rules(self.span)
        named = members(rules.values())
        self.rules |= rules
        self.people = named.people | self.people  # one person is one object, whose holdings are read once
        self.unreachable |= named.unreachable

    def holding(self, post: Post, at: datetime) -> list[User]:
        """Who is on a duty and can be reached; nobody where the roster is gone."""
        self.read([post[0]])
        core = self.rules.get(post[0])
        on = rota.on_duty(core, at, unavailable=self.unreachable) if core else {}
        return [self.people[one] for duty, those in on.items() if duty == post[1] for one in those]

    def is_held(self, post: Post, at: datetime) -> bool:
        """Whether anybody is on a duty, to be reached or not."""
        core = self.rules.get(post[0])
        on = rota.on_duty(core, at) if core else {}
        return any(duty == post[1] and bool(those) for duty, those in on.items())

    def somebody(self, pk: int) -> list[User]:
        """One person, if they can be reached."""
        if pk not in self.reachable:
            self.seek([pk])
        found = self.reachable[pk]
        return [found] if found else []

    def seek(self, people: Iterable[int]) -> None:
        wanted = set(people) - self.reachable.keys()
        if wanted:
            found = {one.pk: one for one in self.known(User.objects.reachable().filter(pk__in=wanted))}
            self.reachable |= {pk: found.get(pk) for pk in wanted}

    def read_ahead(self, steps: Sequence[Step]) -> None:
        """Everything these steps ask for at once, for whoever asks about all of them."""
        targets = [target for step in steps for target in step.targets]
        desks = self.desks if any(target.function for target in targets) else {}
        rosters = [target.roster for target in targets] + [desks.get(target.function) for target in targets]
        self.read(roster for roster in rosters if roster is not None)
        self.seek(target.person for target in targets if target.person is not None)
        prefetch_related_objects(list(self.people.values()), *PAGED_BY)

    @cached_property
    def desks(self) -> dict[str, int]:
        return dict(FunctionDesk.objects.values_list("function", "roster"))

    def known(self, people: Iterable[User]) -> list[User]:
        return [self.people.setdefault(person.pk, person) for person in people]


@dataclass
class Responders:
    """Resolves the targets of a policy for one incident at one moment. Whoever asks for several moments lends a `book`
    that spans them."""

    profile: AccessProfile
    harm_type: str
    at: datetime
    language: str = ""
    book: Book = field(default=None)  # type: ignore[assignment]

    def __post_init__(self) -> None:
        self.book = self.book or Book((self.at, self.at + LOOK))

    def at_step(self, step: Step) -> list[User]:
        """The distinct people behind a step's targets, in their order, who may be asked. A duty with nobody for this
        incident is asked for at the roster that stands in for its own."""
        behind = [(target, self._behind(target)) for target in step.targets]
        prefetch_related_objects([one for _target, people in behind for one in people], *PAGED_BY)
        found: dict[int, User] = {}
        for target, people in behind:
            fit = [person for person in people if self._fits(person, step)]
            if not fit and (post := self._post(target)):
                fit = self._standing_in(post, step)
            found |= {person.pk: person for person in fit}
        return list(found.values())

    def why_nobody(self, step: Step) -> Why:
        """What kept a step that is taken now from finding anybody. Whoever suits and was not found has opted out, which
        nobody may learn: the answer is as though they could not be reached."""
        behind = [person for target in step.targets for person in self._behind(target)]
        there = [person for person in behind if not self._suits(person, step)]
        if there:
            cleared = any(self._is_cleared(person, step) for person in there)
            return Why.LANGUAGE if cleared else Why.CLEARANCE
        posts = [post for target in step.targets if (post := self._post(target))]
        named = any(target.person is not None for target in step.targets)
        return (
            Why.UNREACHABLE if named or any(self.book.is_held(post, self.at) for post in posts) else Why.GAP
        )

    def posts(self, steps: Iterable[Step]) -> list[Post]:
        """The duties that these steps ask, each once."""
        found = (self._post(target) for step in steps for target in step.targets)
        return list(dict.fromkeys(post for post in found if post))

    def holding(self, post: Post) -> list[User]:
        """Who is on a duty and can be reached, cleared for this or not."""
        return self.book.holding(post, self.at)

    def came_on(self, person: User, step: Step, *, after: datetime) -> datetime:
        """When, after a moment, one of a step's duties became theirs; that moment where it is not theirs by a shift."""
        book = Book((after, self.at + LOOK))
        posts = self.posts([step])
        book.read([roster for roster, _duty in posts])
        starts = [
            shift.starts_at
            for roster, duty in posts
            if (core := book.rules.get(roster))
            for shift in rota.final_schedule(core, after, self.at + LOOK)
            if shift.duty == duty and person.pk in shift.people and shift.starts_at <= self.at < shift.ends_at
        ]
        return max(min(starts, default=after), after)

    def next_look(self, steps: Iterable[Step]) -> datetime | None:
        """When a duty that these steps ask may change hands: the first edge of a shift within `LOOK`, or its end. None
        where no duty is asked."""
        posts = self.posts(steps)
        if not posts:
            return None
        self.book.read([roster for roster, _duty in posts])
        until = self.at + LOOK
        edges = [
            edge
            for roster in {roster for roster, _duty in posts} & self.book.rules.keys()
            for shift in rota.final_schedule(self.book.rules[roster], self.at, until)
            for edge in (shift.starts_at, shift.ends_at)
            if self.at < edge < until
        ]
        return min(edges, default=until)

    def _behind(self, target: Target) -> list[User]:
        if target.person is not None:
            return self.book.somebody(target.person)
        if target.everyone:
            places = on_rosters(Roster.objects.filter(pk__in=[target.roster]), at=self.at)
            there = User.objects.reachable().filter(pk__in=places.values("pk"))
            return self.book.known(there.order_by("name", "pk"))
        post = self._post(target)
        return self.book.holding(post, self.at) if post else []

    def _post(self, target: Target) -> Post | None:
        """The duty a target asks for; None for people, and for a function without a desk."""
        if target.function:
            roster = self.book.desks.get(target.function)
            return None if roster is None else (roster, DutyName.PRIMARY.value)
        return (target.roster, target.duty) if target.roster is not None and target.duty else None

    def _standing_in(self, post: Post, step: Step) -> list[User]:
        """Whoever is on the same duty of the roster that stands in, or of the one that stands in for that; where it
        has no such duty, its primary."""
        seen, roster = {post[0]}, _stand_in_for(post[0])
        while roster is not None and roster not in seen:
            seen.add(roster)
            people = self.book.holding((roster, post[1]), self.at) or self.book.holding(
                (roster, DutyName.PRIMARY.value), self.at
            )
            prefetch_related_objects(people, *PAGED_BY)
            fit = [person for person in people if self._fits(person, step)]
            if fit:
                return fit
            roster = _stand_in_for(roster)
        return []

    def _fits(self, person: User, step: Step) -> bool:
        """By whoever is asked first and by the last resort alike, nobody is asked about what they opted out of."""
        return self._suits(person, step) and not person.has_opted_out(self.harm_type, at=self.at)

    def _suits(self, person: User, step: Step) -> bool:
        """Cleared, always. The last resort is anybody who is: better asked in a language of the second choice than
        nobody."""
        spoken = {language for language in (step.language, self.language) if language}
        return self._is_cleared(person, step) and (step.resort or spoken <= set(person.languages))

    def _is_cleared(self, person: User, step: Step) -> bool:
        subject = person.subject(at=self.at)
        asked = step.clearance if not step.resort else ""
        return self.profile.met_by(subject) and (not asked or asked in subject.clearances)


def _stand_in_for(roster: int) -> int | None:
    return Roster.objects.filter(pk=roster).values_list("fallback", flat=True).first()
