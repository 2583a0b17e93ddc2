"""Days at the office: a person says on which dates of theirs they come in, and where."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Site, User
from accounts.poke import poke_on_commit
from oncall.actions.duty_notices import DUTY, notify
from oncall.layers import require
from oncall.models import OfficeDay


@transaction.atomic
def choose(
    *, person: User, first: date, last: date, days: Mapping[date, str], by: User, at: datetime
) -> list[OfficeDay]:
    """From `first` to `last`, both included, the person is at the office on these days, each at its site, and on no
    other. What is before today in their zone stays as it was. Whoever did not choose themself is told. Raises
    `RotaError`, naming the field."""
    require(first <= last, "last", "The last day comes after the first.")
    require(all(site in Site.values for site in days.values()), "days", "Choose a site of ours.")
    require(all(first <= day <= last for day in days), "days", "Choose days from the first to the last.")
    # One after the other: two windows of one person must not leave a mixture.
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    since = max(first, at.astimezone(locked.zone).date())
    OfficeDay.objects.filter(person=locked, on__range=(since, last)).delete()
    poke_on_commit(locked.pk, DUTY)
    if by.pk != locked.pk:
        notify(
            to=locked,
            subject=lambda: _("Your office days changed"),
            text=lambda: _("Your days at the office are not as they were. Look them up."),
            key=f"office:{locked.pk}:{at.timestamp()}",
            at=at,
        )
    return OfficeDay.objects.bulk_create(
        OfficeDay(person=locked, on=day, site=site) for day, site in sorted(days.items()) if day >= since
    )
