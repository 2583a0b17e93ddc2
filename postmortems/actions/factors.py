"""Contributing factors: added, reworded, taken out, while the review is a draft."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from postmortems.actions import live
from postmortems.actions.reviews import writable
from postmortems.models import ContributingFactor, Review


@transaction.atomic
def add(*, review: Review, category: str, text: str, by: User, at: datetime) -> ContributingFactor:
    """At the end of the list. Raises `NotADraftError`."""
    locked = writable(review)
    last = locked.factors.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    live.written(locked)
    return ContributingFactor.objects.create(review=locked, position=position, category=category, text=text)


@transaction.atomic
def change(
    *, factor: ContributingFactor, category: str, text: str, by: User, at: datetime
) -> ContributingFactor:
    """Raises `NotADraftError`."""
    writable(factor.review)
    factor.category, factor.text = category, text
    factor.save(update_fields=["category", "text"])
    live.written(factor.review)
    return factor


@transaction.atomic
def remove(*, factor: ContributingFactor, by: User, at: datetime) -> None:
    """Raises `NotADraftError`."""
    writable(factor.review)
    factor.delete()
    live.written(factor.review)
