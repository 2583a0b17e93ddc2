"""Need-to-know for one incident. A grant adds nothing where a clearance is missing."""

from datetime import datetime, timedelta

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.poke import ACCESS, poke_on_commit
from accounts.refusals import Refused
from incidents.models import Incident, IncidentUserGrant

# How long a grant lasts unless somebody says otherwise.
DEFAULT_SPAN = timedelta(hours=72)


class NotClearedError(Refused):
    """The person does not meet the incident's access profile, so they may not be told of it."""


class NoRespondingRoleError(Refused):
    """The person's roles respond to no incident, so nothing about one is asked of them."""


def check_may_respond(*, incident: Incident, person: User, at: datetime) -> None:
    """Raises `NotClearedError`, and `NoRespondingRoleError` for somebody none of whose roles responds: to be
    asked for is a way into an incident, and roles come from an administrator alone."""
    check_may_know(incident=incident, person=person, at=at)
    if not person.subject(at=at).may("incident.respond"):
        raise NoRespondingRoleError(
            _("%(name)s has no role that responds to incidents. Choose somebody who has.") % {"name": person}
        )


def check_may_know(*, incident: Incident, person: User, at: datetime) -> None:
    """Raises `NotClearedError` when no grant could open the incident to `person`."""
    if not person.is_active or not incident.profile.met_by(person.subject(at=at)):
        raise NotClearedError(
            _("%(name)s does not hold what %(profile)s asks for. Choose somebody cleared for it.")
            % {"name": person, "profile": incident.profile.label}
        )


@transaction.atomic
def give(
    *,
    incident: Incident,
    person: User,
    permission: str,
    source: str,
    reason: str,
    at: datetime,
    by: User | None = None,
    expires_at: datetime | None = None,
) -> IncidentUserGrant:
    """Let `person` know of this one incident until `expires_at` (72 h unless said). Given again, the newer
    word stands."""
    grant, _new = IncidentUserGrant.objects.update_or_create(
        user=person,
        content_object=incident,
        permission=Permission.objects.get(
            codename=f"{permission}_incident", content_type__app_label="incidents"
        ),
        defaults={
            "source": source,
            "reason": reason,
            "granted_by": by,
            "granted_at": at,
            "expires_at": expires_at or at + DEFAULT_SPAN,
        },
    )
    poke_on_commit(person.pk, ACCESS)
    return grant


def give_if_needed(*, incident: Incident, person: User, permission: str, at: datetime, **told) -> None:
    """A grant only where the person could not `permission` without one."""
    if not incident.is_visible_to(person.subject(at=at), permission):
        give(incident=incident, person=person, permission=permission, at=at, **told)


@transaction.atomic
def end(*, incident: Incident, person: User, source: str, at: datetime) -> None:
    """What one source opened is closed from `at` on; grants from other sources stand."""
    standing = IncidentUserGrant.objects.filter(user=person, content_object=incident, source=source)
    standing.filter(expires_at__gt=at).update(expires_at=at)
    poke_on_commit(person.pk, ACCESS)
