"""What others did to a roster while somebody was writing about it: for a conflict that one can read."""

from accounts.models import AuditAction, AuditEvent
from oncall.models import Roster

# Each of these makes a new version of the roster, and is one event of the audit.
COUNTED = (
    AuditAction.ROSTER_CHANGED,
    AuditAction.LAYER_ADDED,
    AuditAction.LAYER_CHANGED,
    AuditAction.LAYER_ENDED,
)
MOST_TOLD = 10


def since(roster: Roster, version: int) -> list[AuditEvent]:
    """The changes after version `version`, the latest first, with who made them."""
    behind = min(max(roster.version - version, 0), MOST_TOLD)
    same = AuditEvent.objects.filter(object_type="roster", object_id=roster.pk, action__in=COUNTED)
    return list(same.select_related("actor").order_by("-pk")[:behind])
