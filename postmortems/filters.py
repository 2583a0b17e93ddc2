"""Narrowing lists from their address: a whitelist, and anything else in the address is left alone."""

from datetime import date

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from postmortems.choices import ImprovementKind, Priority, ReviewState


class _Shown(django_filters.FilterSet):
    """`show` narrows to what is open, mine, overdue or nothing; `person_id` is whose "mine" it is, `on` the day
    it is where they are."""

    def __init__(self, *args, person_id: int | None, on: date, **options):
        super().__init__(*args, **options)
        self.person_id, self.on = person_id, on


class ReviewFilter(_Shown):
    show = django_filters.ChoiceFilter(
        choices=[
            ("open", pgettext_lazy("reviews", "Open")),
            ("mine", pgettext_lazy("reviews", "Mine")),
            ("overdue", pgettext_lazy("reviews", "Overdue")),
            ("approved", pgettext_lazy("reviews", "Approved")),
            ("all", pgettext_lazy("reviews", "All")),
        ],
        method="narrowed",
    )

    def narrowed(self, reviews, name, value):
        return {
            "open": reviews.unapproved(),
            "mine": reviews.owed_by(self.person_id),
            "overdue": reviews.overdue(on=self.on),
            "approved": reviews.filter(state=ReviewState.APPROVED),
            "all": reviews,
        }[value]


class ImprovementFilter(_Shown):
    owner = django_filters.ChoiceFilter(label=_("Owner"), empty_label=_("Anybody"), method="of_owner")
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=ImprovementKind.choices, empty_label=_("Any kind")
    )
    priority = django_filters.ChoiceFilter(
        label=_("Priority"), choices=Priority.choices, empty_label=_("Any priority")
    )
    due = django_filters.ChoiceFilter(
        label=pgettext_lazy("deadline of work", "Due"),
        choices=[("overdue", pgettext_lazy("improvements", "Overdue"))],
        empty_label=_("Any day"),
        method="by_due",
    )

    def __init__(self, *args, owners: list[User], **options):
        super().__init__(*args, **options)
        self.filters["owner"].extra["choices"] = [
            ("me", _("Me")),
            *((str(person.pk), person.name) for person in owners),
        ]

    def of_owner(self, improvements, name, value):
        return improvements.filter(owner=self.person_id if value == "me" else int(value))

    def by_due(self, improvements, name, value):
        return improvements.overdue(on=self.on)
