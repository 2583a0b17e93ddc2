"""Improvements: added while a review is a draft, seen through long after it is approved."""

from datetime import date, datetime
from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from postmortems.actions import live
from postmortems.actions.reviews import writable
from postmortems.choices import ImprovementState
from postmortems.models import Improvement, Review


class ImprovementChangedError(Refused):
    """Somebody saved it meanwhile; `theirs` is what it says now."""

    def __init__(self, theirs: Improvement):
        super().__init__(
            _("Somebody changed this improvement meanwhile. What it says now is shown beside your words.")
        )
        self.theirs = theirs


class OutcomeMissingError(Refused):
    """Done and dropped both say what came of it."""


class Plan(TypedDict):
    """What an improvement says about itself."""

    title: str
    detail: str
    kind: str
    priority: int
    owner: User
    due_on: date


@transaction.atomic
def add(*, review: Review, plan: Plan, by: User, at: datetime) -> Improvement:
    """The caller has made sure that its owner may know of the incident. Raises `NotADraftError`."""
    locked = writable(review)
    live.written(locked)
    return Improvement.objects.create(review=locked, added_at=at, **plan)


@transaction.atomic
def change(*, improvement: Improvement, plan: Plan, version: int, by: User, at: datetime) -> Improvement:
    """Raises `ImprovementChangedError` when `version` is not the one it has."""
    locked = Improvement.objects.locked(improvement.pk)
    if locked.version != version:
        raise ImprovementChangedError(locked)
    for name, value in plan.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save(update_fields=[*plan, "version"])
    live.written(locked.review)
    return locked


@transaction.atomic
def move(*, improvement: Improvement, to: str, by: User, at: datetime, outcome: str = "") -> Improvement:
    """To another state. Done says what was done, dropped says why; going back to work forgets neither until it
    is settled again. Moving to where it already is changes nothing. Raises `OutcomeMissingError`."""
    locked = Improvement.objects.locked(improvement.pk)
    if locked.state == to:
        return locked
    locked.state = to
    if locked.is_settled:
        if not outcome.strip():
            raise OutcomeMissingError(_say_what_came_of_it(to))
        locked.outcome, locked.settled_by, locked.settled_at = outcome, by, at
    else:
        locked.settled_by, locked.settled_at = None, None
    locked.version += 1
    locked.save(update_fields=["state", "outcome", "settled_by", "settled_at", "version"])
    live.written(locked.review)
    return locked


def _say_what_came_of_it(to: str) -> str:
    if to == ImprovementState.DROPPED:
        return _("Say why it is dropped.")
    return _("Say what was done, and where one can see it.")
