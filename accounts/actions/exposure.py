"""Asking not to be paged for some kinds of harm. A person's own word: it takes no reason and nobody's leave, and no
audit or notice tells of it, as either would tell others."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import OptOut, User


@transaction.atomic
def opt_out(*, person: User, harm_types: Iterable[str], at: datetime, today: bool = False) -> None:
    """Not for these any more: until they say otherwise, or `today` alone, until the day ends by their own clock. What
    holds until they say otherwise is not cut short by a day."""
    User.objects.locked_together(person)
    mine = OptOut.objects.filter(person=person)
    mine.filter(until__lte=at).delete()
    lasting = set(mine.filter(until=None).values_list("harm_type", flat=True))
    OptOut.objects.bulk_create(
        [
            OptOut(person=person, harm_type=kind, until=end_of_day(at, person.zone) if today else None)
            for kind in sorted(set(harm_types) - lasting)
        ],
        update_conflicts=True,
        unique_fields=["person", "harm_type"],
        update_fields=["until"],
    )


@transaction.atomic
def ask_again(*, person: User, harm_type: str) -> None:
    """They can be asked again. Saying so of what does not stand changes nothing."""
    OptOut.objects.filter(person=person, harm_type=harm_type).delete()


def end_of_day(at: datetime, zone: ZoneInfo) -> datetime:
    """The first instant of the next day there. Where the clocks leap over midnight that is where they land."""
    tomorrow = at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=zone).astimezone(at.tzinfo)
