"""Firing the next steps of runs, and paging whoever comes on duty while they are not answered. Both inside a
transaction of the caller's who has the runs' rows locked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial

from django.utils.translation import gettext as _

from accounts.actions import messages
from accounts.models import User
from escalations import ladder, words
from escalations.actions import pages
from escalations.actions.responders import LOOK, Book, Post, Responders
from escalations.ladder import Passed, Rung, Step, Why
from escalations.models import Escalation, Page
from escalations.tiers import DELAYED, TIERS
from incidents.actions import timeline
from incidents.choices import EntryKind, Mode
from oncall.actions.duty_notices import notify
from oncall.models import Roster


@dataclass
class Turn:
    """A run whose next step is due, and whom it has asked before."""

    run: Escalation
    steps: list[Step]
    asked: list[Page]
    responders: Responders

    @cached_property
    def rung(self) -> Rung[User]:
        """The next step that can be taken, and whom it asks."""
        run = self.run
        since = run.round_at or run.started_at
        return ladder.climb(
            self.steps,
            run.next_step,
            self.responders.at_step,
            at=self.responders.at,
            repeat_from=run.repeat_from,
            repeats=run.repeats_left,
            asked={page.responder for page in self.asked if page.created_at >= since},
            why_nobody=self.responders.why_nobody,
        )

    @property
    def gaps(self) -> list[Post]:
        """The duties on which nobody can be paged for anything. Where somebody is there who may not know of this, the
        roster's owner must not learn from a notice that there is something; and an exercise worries no owner."""
        if self.run.incident.mode != Mode.LIVE:
            return []
        nobody = [one for one in self.rung.passed if one.why not in {Why.ASKED, Why.HOURS}]
        passed = [self.steps[one.step] for one in nobody]
        return [post for post in self.responders.posts(passed) if not self.responders.holding(post)]


def fire(pks: Sequence[int], at: datetime) -> None:
    """The next step that can be taken of each of these runs. Those passed over are recorded, and gaps told to whoever
    owns the roster. Whom they ask is read together, so that many runs at once cost few more questions than one."""
    turns = _turns(pks, at)
    _read_ahead(turns)
    ways = messages.ways((person, _urgency(turn.run)) for turn in turns for person in turn.rung.people)
    for turn in turns:
        _take(turn, ways, at)
    # In one order whoever else does the same, as each notice is written once.
    _tell_owners({gap for turn in turns for gap in turn.gaps}, at)


def _turns(pks: Sequence[int], at: datetime) -> list[Turn]:
    runs = Escalation.objects.select_related("incident__profile").filter(pk__in=pks).order_by("due_at", "pk")
    book, asked = Book((at, at + LOOK)), _asked(runs)
    return [
        Turn(
            run,
            run.ladder(),
            asked[run.pk],
            Responders(run.incident.profile, run.incident.harm_type, at, run.language, book),
        )
        for run in runs
    ]


def _read_ahead(turns: Sequence[Turn]) -> None:
    """Whom the next step of each would ask, all at once."""
    if turns:
        book = turns[0].responders.book  # one for all
        book.read_ahead([step for turn in turns for step in turn.steps[turn.run.next_step :][:1]])


def _take(turn: Turn, ways: messages.Ways, at: datetime) -> None:
    run, steps, rung = turn.run, turn.steps, turn.rung
    _record_passed(run, steps, rung.passed, at)
    run.repeats_left, run.failures = rung.repeats, 0
    if rung.again:
        run.round_at = at
    if rung.step is None:
        exhaust(run, at)
        return
    step, late = steps[rung.step], run.due_at if run.due_at and at - run.due_at > DELAYED else None
    because = "resort" if step.resort else "again" if rung.again or run.round_at else ""
    send = partial(pages.send, escalation=run, step=rung.step, at=at, because=because, due_at=late, ways=ways)
    reached = [page for person in rung.people if (page := send(responder=person))]
    run.next_step = rung.step + 1
    # Whoever became unreachable since they were chosen costs no time either.
    run.due_at = at + ladder.patience(step) if reached else at
    # A look that is due already stays due: a step must not put off whoever has come on duty at an earlier one.
    looks = (run.handoff_at, turn.responders.next_look(_with_pages(steps, [*turn.asked, *reached])))
    run.handoff_at = min((look for look in looks if look is not None), default=None)
    run.save(
        update_fields=["next_step", "due_at", "failures", "repeats_left", "round_at", "handoff_at"],
    )


def page_incoming(pks: Sequence[int], at: datetime) -> None:
    """Whoever is on a duty now that was asked and has not answered, and was not asked before, is paged as well."""
    for turn in _turns(pks, at):
        _page_incoming(turn, at)


def _page_incoming(turn: Turn, at: datetime) -> None:
    run, asked = turn.run, turn.asked
    since = run.round_at or run.started_at
    known = {page.responder for page in asked if page.created_at >= since or page.is_waiting}
    for position in sorted({page.step for page in asked if page.is_waiting and page.step is not None}):
        step = _duties_alone(turn.steps[position])
        if not ladder.is_taken(step, at):
            continue
        fresh = [person for person in turn.responders.at_step(step) if person not in known]
        ways = messages.ways((person, _urgency(run)) for person in fresh)
        send = partial(pages.send, escalation=run, step=position, at=at, because="handoff", ways=ways)
        for person in fresh:
            send(responder=person, due_at=_late(turn, person, step, at))
        known.update(fresh)
    run.handoff_at = turn.responders.next_look(_with_pages(turn.steps, asked))
    run.save(update_fields=["handoff_at"])


def _late(turn: Turn, person: User, step: Step, at: datetime) -> datetime | None:
    """When they should have been paged, having come on duty then, if that is long ago; None where it is not."""
    look = turn.run.handoff_at
    if look is None or at - look <= DELAYED:
        return None
    came_on = turn.responders.came_on(person, step, after=look)
    return came_on if at - came_on > DELAYED else None


def exhaust(run: Escalation, at: datetime) -> None:
    """The last word: the run stays open and red, its pages still waiting, until somebody acknowledges. Whoever comes on
    duty is still paged, and whoever looks next raises an alarm (`alarms.call_for_unanswered`): this transaction holds
    the rows of many runs, and the row it leaves is what cannot be lost."""
    run.state, run.due_at = Escalation.State.EXHAUSTED, None
    run.save(update_fields=["state", "due_at", "failures", "repeats_left", "round_at"])
    timeline.record(incident=run.incident, kind=EntryKind.EXHAUSTED, at=at)


def _asked(runs: Iterable[Escalation]) -> dict[int, list[Page]]:
    """Every page of each run so far; no question where none has asked anybody yet."""
    pages_of: dict[int, list[Page]] = defaultdict(list)
    begun = [run.pk for run in runs if run.next_step > 0 or run.round_at is not None]
    if begun:
        for page in Page.objects.filter(escalation__in=begun).select_related("responder"):
            if page.escalation_id is not None:
                pages_of[page.escalation_id].append(page)
    return pages_of


def _urgency(run: Escalation) -> str:
    return TIERS[run.incident.severity].urgency


def _with_pages(steps: Sequence[Step], asked: Sequence[Page]) -> list[Step]:
    """The steps somebody of whom is still being asked."""
    return [
        steps[position]
        for position in {page.step for page in asked if page.is_waiting}
        if position is not None
    ]


def _duties_alone(step: Step) -> Step:
    targets = tuple(target for target in step.targets if target.duty or target.function)
    return replace(step, targets=targets)


def _record_passed(run: Escalation, steps: Sequence[Step], passed: Sequence[Passed], at: datetime) -> None:
    for one in passed:
        timeline.record(
            incident=run.incident,
            kind=EntryKind.STEP_EMPTY,
            at=at,
            step=one.step + 1,
            because="resort" if steps[one.step].resort else one.why.value,
        )


def _tell_owners(gaps: AbstractSet[Post], at: datetime) -> None:
    """A notice to the owner of each roster whose duty had nobody to page, once an hour: what happened there, and
    nothing of the incident, which they may not know of."""
    owned = Roster.objects.select_related("owner").in_bulk([roster for roster, _duty in gaps]) if gaps else {}
    for pk, duty in sorted(gaps):
        _tell_owner(owned[pk], duty, at)


def _tell_owner(roster: Roster, duty: str, at: datetime) -> None:
    notify(
        to=roster.owner,
        subject=lambda: _("%(duty)s: nobody could be paged") % {"duty": words.on_duty(roster.name, duty)},
        text=lambda: (
            _(
                "A page to %(duty)s found nobody who could be asked: nobody is on, or whoever is on has no way to be "
                "reached. Somebody else was asked at once."
            )
            % {"duty": words.on_duty(roster.name, duty)}
        ),
        key=f"coverage:{roster.pk}:nobody:{duty}:{at:%Y%m%d%H}",
        at=at,
        link_to="coverage_link",
        link_label=lambda: _("See the roster"),
    )
