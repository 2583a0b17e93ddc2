"""Writing policies. What is running keeps the steps it began with; a change counts for what begins after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models import AuditAction, AuditEvent, User
from accounts.refusals import Refused
from escalations.ladder import Step
from escalations.models import Escalation, EscalationPolicy, PolicyStep, StepTarget
from escalations.words import asks, wait
from oncall.models import Roster

LONGEST_WAIT = 7 * 24 * 3600
MOST_REPEATS = 9


class IncompleteError(Refused):
    """A step without anybody, or that waits for no time at all, is none."""


class NameTakenError(Refused):
    """Routes and timelines name policies; two of one name could not be told apart."""


class ChangedMeanwhileError(Refused):
    """Somebody saved another version while this one was being written."""


class InUseError(Refused):
    """A route or a record still names it."""


@dataclass(frozen=True, slots=True)
class End:
    """What follows the last step: so many repeats from a step on, then a roster (the manager on duty, if none)."""

    repeats: int = 0
    repeat_from: int = 0
    fallback: Roster | None = None


NO_MORE = End()


@transaction.atomic
def create(
    *, name: str, steps: Sequence[Step], by: User | None, at: datetime, end: End = NO_MORE
) -> EscalationPolicy:
    """Raises `IncompleteError`, `NameTakenError`."""
    _check(steps, end)
    _check_name(name)
    policy = EscalationPolicy.objects.create(
        name=name,
        slug=_free_slug(name),
        repeats=end.repeats,
        repeat_from=end.repeat_from,
        fallback=end.fallback,
    )
    _write_steps(policy, steps)
    audit.record(action=AuditAction.POLICY_CREATED, by=by, at=at, about=policy, after=told(policy))
    return policy


@transaction.atomic
def change(
    *,
    policy: EscalationPolicy,
    version: int,
    name: str,
    steps: Sequence[Step],
    by: User,
    at: datetime,
    end: End = NO_MORE,
) -> EscalationPolicy:
    """Put these steps in place of version `version`. Raises `IncompleteError`, `NameTakenError`,
    `ChangedMeanwhileError`."""
    _check(steps, end)
    locked = EscalationPolicy.objects.select_for_update(no_key=True).get(pk=policy.pk)
    if locked.version != version:
        raise ChangedMeanwhileError(_who_was_first(locked))
    _check_name(name, but=locked)
    before = told(locked)
    locked.name, locked.version = name, version + 1
    locked.repeats, locked.repeat_from, locked.fallback = end.repeats, end.repeat_from, end.fallback
    locked.save(update_fields=["name", "version", "repeats", "repeat_from", "fallback"])
    locked.steps.all().delete()
    _write_steps(locked, steps)
    audit.record(
        action=AuditAction.POLICY_CHANGED, by=by, at=at, about=locked, before=before, after=told(locked)
    )
    return locked


@transaction.atomic
def remove(*, policy: EscalationPolicy, by: User, at: datetime) -> None:
    """Raises `InUseError` while a route leads to it, or an incident was ever escalated by it."""
    locked = EscalationPolicy.objects.select_for_update().get(pk=policy.pk)
    if locked.routes.exists():
        raise InUseError(_("A route leads to this policy. Lead it to another policy first."))
    if Escalation.objects.filter(policy=locked).exists():
        raise InUseError(
            _("This policy has run, and the record names it. It can stay: without a route it is never used.")
        )
    audit.record(action=AuditAction.POLICY_REMOVED, by=by, at=at, about=locked, before=told(locked))
    locked.delete()


def told(policy: EscalationPolicy) -> dict:
    """A policy as the audit keeps it: each step as its wait, names and conditions, in English whoever changed it."""
    steps = policy.steps.prefetch_related("targets__roster", "targets__person").all()
    with translation.override("en"):
        lines = [
            f"{wait(step.delay)}: {'; '.join(map(str, step.targets.all()))}"
            + (f" ({more})" if (more := asks(step.plain())) else "")
            for step in steps
        ]
    repeats = f"{policy.repeats} from step {policy.repeat_from + 1}" if policy.repeats else ""
    return {
        "name": policy.name,
        "steps": lines,
        "repeats": repeats,
        "fallback": policy.fallback.name if policy.fallback else "",
    }


def _check(steps: Sequence[Step], end: End) -> None:
    if not steps:
        raise IncompleteError(_("Add at least one step: a policy without steps pages nobody."))
    if not all(step.targets for step in steps):
        raise IncompleteError(_("Choose at least one person or duty at every step."))
    if not all(0 < step.delay <= LONGEST_WAIT for step in steps):
        raise IncompleteError(_("Each step waits for at least a second and at most seven days."))
    if any(step.resort or step.weekdays == () for step in steps):
        raise IncompleteError(_("A step that is taken on no day is none."))
    if any(step.window_start and step.window_start == step.window_end for step in steps):
        raise IncompleteError(_("A step's hours have to end at another time than they begin."))
    if not 0 <= end.repeats <= MOST_REPEATS or (end.repeats and not 0 <= end.repeat_from < len(steps)):
        raise IncompleteError(_("Choose a step to repeat from, and nine repeats at most."))


def _check_name(name: str, but: EscalationPolicy | None = None) -> None:
    same = EscalationPolicy.objects.filter(name__iexact=name)
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise NameTakenError(_("Another policy has this name. Choose one that tells them apart."))


def _free_slug(name: str) -> str:
    stem = slugify(name)[:40] or "policy"
    taken = set(EscalationPolicy.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(
        slug for n in range(len(taken) + 1) if (slug := stem if n == 0 else f"{stem}-{n + 1}") not in taken
    )


def _write_steps(policy: EscalationPolicy, steps: Sequence[Step]) -> None:
    for position, step in enumerate(steps):
        row = PolicyStep.objects.create(
            policy=policy,
            position=position,
            delay=step.delay,
            clearance=step.clearance,
            language=step.language,
            weekdays=None if step.weekdays is None else list(step.weekdays),
            window_start=step.window_start or None,
            window_end=step.window_end or None,
            zone=step.zone,
        )
        StepTarget.objects.bulk_create(
            StepTarget(
                step=row,
                roster_id=target.roster,
                duty=target.duty,
                everyone=target.everyone,
                function=target.function,
                person_id=target.person,
            )
            for target in dict.fromkeys(step.targets)
        )


def _who_was_first(policy: EscalationPolicy) -> str:
    last: AuditEvent | None = AuditEvent.objects.last_change(policy)
    return _(
        "%(name)s saved another version at %(time)s, while you had this one open. Theirs is shown beside yours. "
        "Save again to put yours in its place, or take over what you need."
    ) % {
        "name": last.actor if last and last.actor else _("Somebody"),
        "time": f"{localtime(last.occurred_at):%H:%M}" if last else "",
    }
