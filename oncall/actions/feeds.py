"""Calendar feeds: made with a secret that is shown once, revoked, and read; what they have told is remembered."""

import secrets
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models import AuditAction, User
from accounts.querysets import digest
from accounts.refusals import Refused
from oncall.feeds import Lately, lately
from oncall.models import Feed, PublishedShift, Roster
from oncall.publishing import Entry, published

MOST_FEEDS = 20
# A calendar asks every hour or so; that it did is written down no more often.
SEEN_EVERY = timedelta(hours=1)
FIELDS = ("lane", "starts_at", "ends_at", "summary", "sequence", "changed_at", "is_cancelled")


class TooManyFeedsError(Refused):
    """They have as many as anybody needs."""


class SameLabelError(Refused):
    """Two feeds of one name could not be told apart when one has to go."""


@transaction.atomic
def make(
    *, person: User, roster: Roster | None = None, label: str, expires_at: datetime, at: datetime
) -> tuple[Feed, str]:
    """A feed of the person's own shifts, or of a roster, and the secret of its address, which nobody can ask for again.
    Raises `SameLabelError`, `TooManyFeedsError`."""
    locked = User.objects.locked_together(person)[person.pk]
    standing = Feed.objects.standing().filter(person=locked)
    if standing.filter(label__iexact=label).exists():
        raise SameLabelError(_("You have a feed of this name. Revoke that one, or choose another name."))
    if standing.count() >= MOST_FEEDS:
        words = _("You have %(most)s feeds. Revoke one that is not used any more.")
        raise TooManyFeedsError(words % {"most": MOST_FEEDS})
    secret = secrets.token_urlsafe(32)
    feed = Feed.objects.create(
        person=locked,
        roster=roster,
        label=label,
        token_hash=digest(secret),
        made_at=at,
        expires_at=expires_at,
    )
    audit.record(action=AuditAction.FEED_MADE, by=person, at=at, about=locked, after=told(feed))
    return feed, secret


@transaction.atomic
def revoke(*, feed: Feed, by: User, at: datetime) -> None:
    """Its address opens nothing from now on. Revoking twice changes nothing."""
    locked = Feed.objects.select_for_update(of=("self",)).select_related("person", "roster").get(pk=feed.pk)
    if locked.revoked_at is not None:
        return
    locked.revoked_at = at
    locked.save(update_fields=["revoked_at"])
    audit.record(action=AuditAction.FEED_REVOKED, by=by, at=at, about=locked.person, before=told(locked))


def read(*, feed: Feed, at: datetime) -> list[Entry]:
    """Everything the feed tells at `at`, by start. What is new in it is remembered first, so that an event keeps its
    UID for good and a calendar that asks again hears what became of it."""
    now = lately(feed, at=at)
    known = _known(feed)
    entries = _published(known, now, at)
    if {it.uid: it for it in entries} != known:
        with transaction.atomic():
            _lock(feed)
            known = _known(feed)
            entries = _published(known, now, at)
            _remember(feed, known, {it.uid: it for it in entries})
    if feed.read_at is None or feed.read_at <= at - SEEN_EVERY:
        Feed.objects.filter(pk=feed.pk).update(read_at=at)
    return entries


def told(feed: Feed) -> dict:
    """A feed as the audit keeps it: never its secret."""
    return {
        "feed": feed.label,
        "roster": feed.roster.name if feed.roster else "",
        "expires_at": audit.plain(feed.expires_at),
    }


def _published(known: dict[str, Entry], now: Lately, at: datetime) -> list[Entry]:
    return published(known.values(), now.shifts, now.span, at=at, new_uid=lambda: f"{uuid4().hex}@watchfloor")


def _owner(feed: Feed) -> dict[str, int | None]:
    """Feeds of one person's shifts share a memory, and so do those of one roster."""
    if feed.roster_id is None:
        return {"person": feed.person_id}
    return {"roster": feed.roster_id}


def _known(feed: Feed) -> dict[str, Entry]:
    rows = PublishedShift.objects.filter(**_owner(feed)).values_list("uid", *FIELDS)
    return {row[0]: Entry(*row) for row in rows}


def _lock(feed: Feed) -> None:
    """Two calendars that ask at once must not remember one shift twice."""
    owner = User if feed.roster_id is None else Roster
    owner.objects.select_for_update(no_key=True).get(pk=feed.roster_id or feed.person_id)


def _remember(feed: Feed, known: dict[str, Entry], entries: dict[str, Entry]) -> None:
    mine = PublishedShift.objects.filter(**_owner(feed))
    mine.filter(uid__in=known.keys() - entries.keys()).delete()
    new = [it for uid, it in entries.items() if uid not in known]
    PublishedShift.objects.bulk_create(
        PublishedShift(
            person_id=_owner(feed).get("person"), roster_id=_owner(feed).get("roster"), uid=it.uid, **_row(it)
        )
        for it in new
    )
    other = {uid for uid, it in entries.items() if uid in known and known[uid] != it}
    rows = list(mine.filter(uid__in=other))
    for row in rows:
        for name, value in _row(entries[row.uid]).items():
            setattr(row, name, value)
    PublishedShift.objects.bulk_update(rows, FIELDS)


def _row(entry: Entry) -> dict:
    return {name: getattr(entry, name) for name in FIELDS}
