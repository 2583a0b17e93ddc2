"""Adding to the timeline. There is no other verb: an entry is never changed or taken back."""

from datetime import datetime

from accounts.models import User
from incidents.actions import live
from incidents.models import Incident, TimelineEntry


def record(
    *,
    incident: Incident,
    kind: str,
    at: datetime,
    by: User | None = None,
    by_name: str = "",
    occurred_at: datetime | None = None,
    text: str = "",
    why: str = "",
    **data: str | int | list,
) -> TimelineEntry:
    """Append one entry inside the caller's transaction. `at` is when it is written, `occurred_at` when it
    happened (the same unless said). `text` is what the actor wrote, `why` their reason; `data` holds ids and codes,
    never words. Open screens hear of it once it is durable."""
    live.changed(incident)
    return TimelineEntry.objects.create(
        incident=incident,
        kind=kind,
        occurred_at=occurred_at or at,
        recorded_at=at,
        actor=by,
        actor_name=by_name,
        data=data,
        text=text,
        reason=why,
    )
