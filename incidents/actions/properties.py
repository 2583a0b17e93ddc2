"""Changing what is known of an incident: its title, where and in which language, its deadline. Two people who
change it at once are told of one another, and neither loses a word."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from incidents.actions import timeline
from incidents.choices import EntryKind
from incidents.models import Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """What `edit` may change. A new deadline raises no severity by itself: that is a person's judgement."""

    title: str
    region: str
    language: str
    deadline_at: datetime | None
    deadline_words: str

    def differing(self, incident: Incident) -> list[str]:
        return [name for name in self.__slots__ if getattr(incident, name) != getattr(self, name)]


class EditConflictError(Refused):
    """Somebody else changed the properties since the form was opened; `current` is how they are now."""

    def __init__(self, current: Incident):
        super().__init__(
            _("Somebody else changed this meanwhile. What you entered is still here; compare and save again.")
        )
        self.current = current


@transaction.atomic
def edit(*, incident: Incident, properties: Properties, version: int, by: User, at: datetime) -> Incident:
    """Take over `properties` if the incident still is at `version`. Raises `EditConflictError`; changing
    nothing records nothing."""
    locked = Incident.objects.locked(incident.pk)
    changed = properties.differing(locked)
    if not changed:
        return locked
    if locked.version != version:
        raise EditConflictError(locked)
    for name in changed:
        setattr(locked, name, getattr(properties, name))
    locked.version += 1
    locked.save(update_fields=[*changed, "version"])
    timeline.record(incident=locked, kind=EntryKind.EDITED, at=at, by=by, fields=changed)
    return locked
