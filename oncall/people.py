"""Who belongs to a roster, and who could be put on one."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.roles import PERMISSIONS
from oncall.models import Participant, Roster

# Whoever may see who is on duty may be on duty.
ROLES = [role for role, permissions in PERMISSIONS.items() if "duty.view" in permissions]


def on_rosters(rosters: Collection[Roster] | QuerySet[Roster], *, at: datetime) -> QuerySet[User]:
    """Active people with a place in the rotations of these rosters, now or later, by name."""
    places = Participant.objects.filter(person=OuterRef("pk"), layer__roster__in=rosters)
    lasting = places.filter(Q(layer__effective_until=None) | Q(layer__effective_until__gt=at))
    return User.objects.active().filter(Exists(lasting)).order_by("name", "pk")


def who_may_be_on_duty() -> QuerySet[User]:
    """Active people whose roles let them be on duty, by name."""
    return User.objects.active().filter(role_assignments__role__in=ROLES).distinct().order_by("name", "pk")


def barred(ids: Iterable[int]) -> QuerySet[User]:
    """Of these people, those whose roles do not open On duty, by name: they could not see, offer or swap a shift."""
    named = User.objects.filter(pk__in=list(ids))
    return named.exclude(pk__in=_with_the_role()).order_by("name", "pk")


def barred_on(roster: Roster, *, at: datetime) -> QuerySet[User]:
    """The same of whoever has a place in this roster's rotations, now or later: a role was taken, or a file brought
    them."""
    return on_rosters([roster], at=at).exclude(pk__in=_with_the_role())


def known_on_duty(*, at: datetime) -> QuerySet[User]:
    """Whoever can be met on a roster: those with a place on one, and those whose roles let them be put there."""
    either = Q(pk__in=on_rosters(Roster.objects.all(), at=at).values("pk"))
    return User.objects.active().filter(either | Q(role_assignments__role__in=ROLES)).distinct()


def _with_the_role() -> QuerySet:
    return User.objects.filter(role_assignments__role__in=ROLES).values("pk")
