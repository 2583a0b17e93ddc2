"""Keeping and dropping a person's own views of the queue."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from incidents.models import SavedView

MOST_VIEWS = 20


class ViewRefusedError(Refused):
    """The name is taken, or there are too many."""


@transaction.atomic
def keep(*, name: str, query: str, by: User) -> SavedView:
    """Remember filters under a name, for `by` alone. Raises `ViewRefusedError`."""
    mine = SavedView.objects.filter(person=User.objects.select_for_update().get(pk=by.pk))
    names = set(mine.values_list("name", flat=True))
    if name in names:
        raise ViewRefusedError(
            _("You already have a view called “%(name)s”. Choose another name, or delete that one first.")
            % {"name": name}
        )
    if len(names) >= MOST_VIEWS:
        raise ViewRefusedError(
            _("You have %(most)s views, which is as many as fit. Delete one first.") % {"most": MOST_VIEWS}
        )
    return SavedView.objects.create(person=by, name=name, query=query)


@transaction.atomic
def drop(*, name: str, by: User) -> None:
    """Forget a name; the filters themselves are only an address. Nothing happens when it is gone already."""
    SavedView.objects.filter(person=by, name=name).delete()
