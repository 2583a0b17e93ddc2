"""What readers say about a review, and that it has been dealt with."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from postmortems.actions import live
from postmortems.models import Review, ReviewRemark


class AlreadyApprovedError(Refused):
    """There is nothing left to remark on."""


@transaction.atomic
def add(*, review: Review, text: str, by: User, at: datetime, section: str = "") -> ReviewRemark:
    """On the whole review, or on one section of it. Raises `AlreadyApprovedError`."""
    locked = Review.objects.locked(review.pk)
    if locked.is_approved:
        raise AlreadyApprovedError(_("This review is approved. Reopen it for changes first."))
    live.written(locked)
    return ReviewRemark.objects.create(review=locked, section=section, text=text, by=by, at=at)


@transaction.atomic
def settle(*, remark: ReviewRemark, by: User, at: datetime) -> ReviewRemark:
    """Settled twice is settled once."""
    locked = ReviewRemark.objects.select_for_update(no_key=True).get(pk=remark.pk)
    if locked.settled_at is None:
        locked.settled_by, locked.settled_at = by, at
        locked.save(update_fields=["settled_by", "settled_at"])
        live.written(locked.review)
    return locked
