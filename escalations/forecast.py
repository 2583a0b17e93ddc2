"""Who would be asked, when, and by what: for any report at any instant, and for a run that goes on unanswered. It asks
the same ladder and the same responders as the engine does, so the two cannot disagree."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import F, FilteredRelation, Q

from accounts import notify
from accounts.models import AccessProfile, ContactMethod, User
from escalations import ladder
from escalations.actions.escalations import whole_ladder
from escalations.actions.responders import Book, Responders
from escalations.coverage import Case
from escalations.ladder import Firing, Step
from escalations.models import Escalation, Route
from escalations.tiers import TIERS
from incidents.taxonomy import HARM_TYPES

# No forecast is looked at further than this.
MOST, HORIZON = 60, timedelta(days=35)

# No kind of harm that anybody can have opted out of.
ANY = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One message to come: by which kind of method, as a code and in words, and when it is due."""

    method: str
    kind: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    person: User
    attempts: list[Attempt]


@dataclass(frozen=True, slots=True)
class Passed:
    """A step that would be passed over, by its number, and the code of why."""

    number: int
    step: Step
    why: str


@dataclass(frozen=True, slots=True)
class Moment:
    """What happens at one instant. Without a step nobody is left to ask: it stays red from then on."""

    at: datetime
    number: int
    step: Step | None
    asked: list[Asked]
    passed: list[Passed]
    again: bool


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would become of a report: its route, None where it would be refused, and the moments of its escalation as
    long as nobody acknowledges. `goes_on`: there would be more than are told."""

    case: Case
    route: Route | None
    language: str
    moments: list[Moment]
    goes_on: bool = False


def of_report(case: Case, *, at: datetime) -> Forecast:
    """A report like this one, coming in at `at`. By what rosters and clearances say: it passes over nobody who has
    opted out, or whoever asks for one kind of harm after another would read off what somebody else's are."""
    route = Route.objects.fitting(case)
    if route is None:
        return Forecast(case, None, "", [])
    steps, language = whole_ladder(route.policy), route.language_for(case.language)
    profile = AccessProfile.objects.get(slug=HARM_TYPES[case.harm_type].profile)
    firings = _firings(
        steps,
        _asking(profile, ANY, language, at, steps),
        at=at,
        repeat_from=route.policy.repeat_from,
        repeats=route.policy.repeats,
    )
    told = list(islice(firings, MOST + 1))
    moments = _moments(told[:MOST], steps, case.severity)
    return Forecast(case, route, language, moments, goes_on=len(told) > MOST)


def of_run(run: Escalation, *, most: int = MOST) -> list[Moment]:
    """What is still to come of a run, unless somebody acknowledges; nothing once it has ended or is exhausted."""
    if run.state != Escalation.State.RUNNING or run.due_at is None:
        return []
    steps, since = run.ladder(), run.round_at or run.started_at
    asked = frozenset(page.responder for page in run.pages.all() if page.created_at >= since)
    firings = _firings(
        steps,
        _asking(
            run.incident.profile, run.incident.harm_type, run.language, run.due_at, steps[run.next_step :]
        ),
        at=run.due_at,
        start=run.next_step,
        repeat_from=run.repeat_from,
        repeats=run.repeats_left,
        asked=asked,
    )
    return _moments(list(islice(firings, most)), steps, run.incident.severity)


def _asking(
    profile: AccessProfile, harm_type: str, language: str, at: datetime, steps: list[Step]
) -> Callable[[datetime], Responders]:
    """Who can be asked at any moment from `at` on."""
    book = Book((at, at + HORIZON))
    book.read_ahead(steps)
    return lambda moment: Responders(profile, harm_type, moment, language, book)


def _firings(
    steps: list[Step], asking: Callable[[datetime], Responders], *, at: datetime, **standing
) -> Iterator[Firing[User]]:
    firings = ladder.foresee(
        steps,
        lambda step, moment: asking(moment).at_step(step),
        at=at,
        why_nobody=lambda step, moment: asking(moment).why_nobody(step),
        **standing,
    )
    for firing in firings:
        if firing.at >= at + HORIZON:
            return
        yield firing


def _moments(firings: list[Firing[User]], steps: list[Step], severity: int) -> list[Moment]:
    urgency = TIERS[severity].urgency
    ways = _Ways.of({person for firing in firings for person in firing.rung.people}, urgency)
    return [
        Moment(
            at=firing.at,
            number=0 if firing.rung.step is None else firing.rung.step + 1,
            step=None if firing.rung.step is None else steps[firing.rung.step],
            asked=[
                Asked(person, ways.attempts(person, urgency, severity, firing.at))
                for person in firing.rung.people
            ],
            passed=[Passed(one.step + 1, steps[one.step], one.why.value) for one in firing.rung.passed],
            again=firing.rung.again,
        )
        for firing in firings
    ]


@dataclass(frozen=True, slots=True)
class _Ways:
    """The usable methods of some people with what their rules for one urgency say. One query."""

    methods: dict[int, list[ContactMethod]]

    @classmethod
    def of(cls, people: Iterable[User], urgency: str) -> "_Ways":
        found: dict[int, list[ContactMethod]] = defaultdict(list)
        ruled = FilteredRelation("rules", condition=Q(rules__urgency=urgency))
        usable = ContactMethod.objects.filter(person__in=people, verified_at__isnull=False, disabled_at=None)
        for method in usable.annotate(ruled=ruled, delay=F("ruled__delay")):
            found[method.person_id].append(method)
        return cls(found)

    def attempts(self, person: User, urgency: str, severity: int, at: datetime) -> list[Attempt]:
        mine = {method.pk: method for method in self.methods.get(person.pk, [])}
        quiet = None
        if person.quiet_from is not None and person.quiet_until is not None:
            quiet = notify.Quiet(person.quiet_from, person.quiet_until, person.zone)
        ways = [notify.Way(pk, method.kind, method.delay) for pk, method in mine.items()]  # type: ignore[attr-defined]
        plan = notify.plan(urgency=urgency, severity=severity, ways=ways, quiet=quiet, at=at)
        return [
            Attempt(method.kind, str(method.get_kind_display()), one.due_at)
            for one in plan
            if (method := mine[one.way.method])
        ]
