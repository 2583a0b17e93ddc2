"""Firing one step of a run, and paging whoever comes on duty while it is not answered. Both inside a transaction of
the caller's who has the run's row locked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from escalations import ladder, words
from escalations.actions import pages
from escalations.actions.responders import Post, Responders
from escalations.ladder import Passed, Step, Why
from escalations.models import Escalation, Page
from escalations.tiers import DELAYED
from incidents.actions import timeline
from incidents.choices import EntryKind
from oncall.actions.duty_notices import notify
from oncall.models import Roster


def fire(pk: int, at: datetime) -> None:
    """The next step that can be taken. Those passed over are recorded, and gaps told to whoever owns the roster."""
    run = Escalation.objects.select_related("incident__profile").get(pk=pk)
    steps, asked = run.ladder(), _asked(run)
    responders = Responders(run.incident.profile, at, run.language)
    rung = ladder.climb(
        steps,
        run.next_step,
        responders.at_step,
        at=at,
        repeat_from=run.repeat_from,
        repeats=run.repeats_left,
        asked={page.responder for page in asked if page.created_at >= (run.round_at or run.started_at)},
    )
    _record_passed(run, steps, rung.passed, at)
    _tell_owners(responders.posts(steps[one.step] for one in rung.passed if one.why == Why.NOBODY), at)
    run.repeats_left, run.failures = rung.repeats, 0
    if rung.again:
        run.round_at = at
    if rung.step is None:
        exhaust(run, at)
        return
    step, late = steps[rung.step], run.due_at if run.due_at and at - run.due_at > DELAYED else None
    because = "resort" if step.resort else "again" if rung.again or run.round_at else ""
    reached = [
        page
        for person in rung.people
        if (
            page := pages.send(
                escalation=run, step=rung.step, responder=person, at=at, because=because, due_at=late
            )
        )
    ]
    run.next_step = rung.step + 1
    # Whoever became unreachable since they were chosen costs no time either.
    run.due_at = at + ladder.patience(step) if reached else at
    # A look that is due already stays due: a step must not put off whoever has come on duty at an earlier one.
    looks = (run.handoff_at, responders.next_look(_with_pages(steps, [*asked, *reached])))
    run.handoff_at = min((look for look in looks if look is not None), default=None)
    run.save(
        update_fields=["next_step", "due_at", "failures", "repeats_left", "round_at", "handoff_at"],
    )


def page_incoming(pk: int, at: datetime) -> None:
    """Whoever is on a duty now that was asked and has not answered, and was not asked before, is paged as well."""
    run = Escalation.objects.select_related("incident__profile").get(pk=pk)
    steps, asked = run.ladder(), _asked(run)
    responders = Responders(run.incident.profile, at, run.language)
    since = run.round_at or run.started_at
    known = {page.responder for page in asked if page.created_at >= since or page.is_waiting}
    for position in sorted({page.step for page in asked if page.is_waiting and page.step is not None}):
        step = _duties_alone(steps[position])
        if not ladder.is_taken(step, at):
            continue
        for person in responders.at_step(step):
            if person not in known:
                known.add(person)
                pages.send(escalation=run, step=position, responder=person, at=at, because="handoff")
    run.handoff_at = responders.next_look(_with_pages(steps, asked))
    run.save(update_fields=["handoff_at"])


def exhaust(run: Escalation, at: datetime) -> None:
    """The last word: the run stays open and red, its pages still waiting, until somebody acknowledges. Whoever comes on
    duty is still paged."""
    run.state, run.due_at = Escalation.State.EXHAUSTED, None
    run.save(update_fields=["state", "due_at", "failures", "repeats_left", "round_at"])
    timeline.record(incident=run.incident, kind=EntryKind.EXHAUSTED, at=at)


def _asked(run: Escalation) -> list[Page]:
    """Every page of the run so far; no question for one that has asked nobody yet."""
    if run.next_step == 0 and run.round_at is None:
        return []
    return list(run.pages.select_related("responder"))


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


def _tell_owners(gaps: Sequence[Post], at: datetime) -> None:
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
                "A page to %(duty)s found nobody who could be asked for it: nobody is on, or whoever is on is not "
                "cleared or not reachable. Somebody else was asked at once."
            )
            % {"duty": words.on_duty(roster.name, duty)}
        ),
        key=f"coverage:{roster.pk}:nobody:{duty}:{at:%Y%m%d%H}",
        at=at,
        link_to="coverage_link",
        link_label=lambda: _("See the roster"),
    )
