"""Who belongs to a roster, and who could be put on one."""

from collections.abc import Collection
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
