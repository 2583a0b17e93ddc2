"""Moments on their way in. Whatever the door, a moment lies within these hundred years: one near the ends of the
calendar cannot be shown in another zone, and a row that cannot be read stops whoever reads past it."""

from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)
EARLIEST = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
LATEST = datetime(LAST.year + 1, 1, 1, tzinfo=UTC) - timedelta(microseconds=1)


def plausible(moment: datetime) -> None:
    """Raises `ValidationError` for a moment outside of the bound, with a sentence that says what to write."""
    if not EARLIEST <= moment <= LATEST:
        raise ValidationError(_("Check the year: give a moment from 2000 to 2100."), code="moment")


def plausible_day(day: date) -> None:
    if not FIRST <= day <= LAST:
        raise ValidationError(
            _("Choose a day between %(first)s and %(last)s."),
            code="day",
            params={"first": FIRST.year, "last": LAST.year},
        )


def within(field: str) -> Q:
    """The bound as the database holds it, for a check constraint; nothing said is within."""
    return Q(**{field: None}) | Q(**{f"{field}__gte": EARLIEST, f"{field}__lte": LATEST})
