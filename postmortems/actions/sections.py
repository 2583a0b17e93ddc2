"""Writing the narrative. Every wording is kept; nobody writes over words they have not seen."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from postmortems.actions import live
from postmortems.actions.reviews import writable
from postmortems.models import Review, Section, SectionRevision


class SectionChangedError(Refused):
    """Somebody saved the section meanwhile; `theirs` is what it says now."""

    def __init__(self, theirs: Section):
        super().__init__(_("Somebody saved this section while you were writing. Choose what it should say."))
        self.theirs = theirs


@transaction.atomic
def write(*, section: Section, text: str, version: int, by: User, at: datetime) -> Section:
    """Let the section say `text`. `version` is the wording the writer began from. The same words again change
    nothing. Raises `SectionChangedError`, `NotADraftError`."""
    review = writable(section.review)
    locked = Section.objects.locked(section.pk)
    if locked.text == text:
        return locked
    if locked.version != version:
        raise SectionChangedError(locked)
    return _worded(locked, review=review, text=text, by=by, at=at)


@transaction.atomic
def restore(*, revision: SectionRevision, by: User, at: datetime) -> Section:
    """Let the section say what it said once, as a new wording. Raises `NotADraftError`."""
    review = writable(revision.section.review)
    locked = Section.objects.locked(revision.section_id)
    if locked.text == revision.text:
        return locked
    return _worded(locked, review=review, text=revision.text, by=by, at=at, restores=revision.version)


def _worded(
    section: Section, *, review: Review, text: str, by: User, at: datetime, restores: int | None = None
) -> Section:
    section.text, section.version = text, section.version + 1
    section.updated_by, section.updated_at = by, at
    section.save(update_fields=["text", "version", "updated_by", "updated_at"])
    SectionRevision.objects.create(
        section=section, version=section.version, text=text, by=by, at=at, restores=restores
    )
    live.written(review)
    return section
