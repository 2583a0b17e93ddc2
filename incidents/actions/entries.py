"""What people write in a room: notes, status updates, decisions; and how the timeline's entries are shown. What
was written stays; a correction is another entry."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from incidents.actions import live, timeline
from incidents.choices import EntryKind, Tlp
from incidents.models import Curation, Incident, TimelineEntry


class AheadOfTimeError(Refused):
    """Something cannot have happened later than now, nor be promised for the past."""


@transaction.atomic
def add_note(
    *, incident: Incident, text: str, by: User, at: datetime, occurred_at: datetime | None = None
) -> TimelineEntry:
    """Write something down, at the moment it happened where that was earlier. Raises `AheadOfTimeError`."""
    if occurred_at is not None and occurred_at > at:
        raise AheadOfTimeError(_("It has not happened yet. Give a moment that has passed."))
    return timeline.record(
        incident=incident, kind=EntryKind.NOTE, at=at, by=by, text=text, occurred_at=occurred_at
    )


@transaction.atomic
def post_update(
    *,
    incident: Incident,
    text: str,
    by: User,
    at: datetime,
    next_at: datetime | None,
    tlp: str = Tlp.AMBER_STRICT,
) -> TimelineEntry:
    """Say where things stand, and promise the next update for `next_at` (None: no further one is owed). Raises
    `AheadOfTimeError` for a promise in the past."""
    if next_at is not None and next_at <= at:
        raise AheadOfTimeError(_("The next update must come later than now."))
    locked = Incident.objects.locked(incident.pk)
    locked.next_update_at = next_at if locked.stage_flags.is_open else None
    locked.save(update_fields=["next_update_at"])
    promised = next_at.isoformat() if next_at else ""
    return timeline.record(
        incident=locked,
        kind=EntryKind.UPDATE,
        at=at,
        by=by,
        text=text,
        tlp=tlp,
        next_at=promised,
    )


@transaction.atomic
def record_decision(*, incident: Incident, text: str, reason: str, by: User, at: datetime) -> TimelineEntry:
    """What was decided, and why: the two things a review asks for."""
    return timeline.record(incident=incident, kind=EntryKind.DECISION, at=at, by=by, text=text, why=reason)


@transaction.atomic
def curate(
    *, entry: TimelineEntry, pinned: bool, hidden: bool, title: str, by: User, at: datetime
) -> Curation:
    """How the entry is shown from now on, to everyone. What is folded away is one press from view."""
    curation, _new = Curation.objects.update_or_create(
        entry=entry, defaults={"pinned": pinned, "hidden": hidden, "title": title, "by": by, "at": at}
    )
    live.changed(entry.incident)
    return curation
