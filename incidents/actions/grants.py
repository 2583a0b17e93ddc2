"""Need-to-know for one incident. A grant adds nothing where a clearance is missing."""

from datetime import datetime, timedelta

from django.contrib.auth.models import Permission
from django.db import transaction

from accounts.models import User
from incidents.models import Incident, IncidentUserGrant

# How long a grant lasts unless somebody says otherwise.
DEFAULT_SPAN = timedelta(hours=72)


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
    grant, _ = IncidentUserGrant.objects.update_or_create(
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
    return grant
