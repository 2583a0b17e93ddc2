"""Reads of people, profiles, tokens and the outbox, in the domain's words."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Q

from accounts.subject import Subject

if TYPE_CHECKING:
    from accounts.models import AccessProfile, AuditEvent, User


def digest(secret: str) -> str:
    """What the database keeps of a long random secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


# The relations of a person that `User.subject()` reads.
HOLDINGS = ("role_assignments", "clearances", "compartment_memberships", "groups")
# And what else decides whether they are paged; read by what pages, and by nothing that shows anything.
PAGED_BY = (*HOLDINGS, "opt_outs")


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def marked_reachable(self):
        """Everyone, each with `is_reachable`: active, and with a way to reach them that they have verified."""
        same = self.model._base_manager.filter(pk=models.OuterRef("pk"), is_active=True)
        usable = same.filter(contact_methods__verified_at__isnull=False, contact_methods__disabled_at=None)
        return self.annotate(is_reachable=models.Exists(usable))

    def reachable(self):
        return self.marked_reachable().filter(is_reachable=True)

    def with_holdings(self):
        """Everything `subject()` reads, in a constant number of queries for any number of people."""
        return self.prefetch_related(*HOLDINGS)

    def answering(self, words: str):
        """Those whose name or address has every one of the words in it."""
        found = self
        for word in words.split():
            found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
        return found

    def locked_together(self, *people: User | None):
        """These rows, locked in one order, so that two administrators acting on each other come one after
        the other: person by id."""
        ids = [person.pk for person in people if person is not None]
        return self.select_for_update(no_key=True).order_by("pk").in_bulk(ids)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Lets Django and allauth find people by e-mail address, whatever its case; creates nobody."""

    def get_by_natural_key(self, email: str) -> User:
        return self.get(email__iexact=email)


class AccessProfileQuerySet(models.QuerySet["AccessProfile"]):
    def split_for(self, subject: Subject, permission: str) -> tuple[list[int], list[int]]:
        """The profiles this subject meets: (those whose incidents are open to them, those that also need a
        grant for each incident). A role without the general permission needs a grant everywhere."""
        open_ids: list[int] = []
        by_grant: list[int] = []
        profile: AccessProfile
        for profile in self.all():
            if profile.met_by(subject):
                (open_ids if profile.is_open_to(subject, permission) else by_grant).append(profile.pk)
        return open_ids, by_grant


class PeriodQuerySet(models.QuerySet):
    def valid(self, *, at: datetime):
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=at), valid_from__lte=at)


class ApiTokenQuerySet(models.QuerySet):
    def standing(self):
        """Not revoked; some may have expired."""
        return self.filter(revoked_at=None)

    def for_secret(self, secret: str, *, at: datetime):
        return (
            self.filter(secret_hash=digest(secret), revoked_at=None, person__is_active=True)
            .filter(Q(expires_at=None) | Q(expires_at__gt=at))
            .select_related("person")
            .first()
        )


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    def page(self, *, before: int | None, size: int) -> tuple[list[AuditEvent], int | None]:
        """One page, newest first, from just before the event `before`; and where the next begins, None after
        the last. One query however far back."""
        older = self.filter(pk__lt=before) if before is not None else self
        events: list[AuditEvent] = list(older.select_related("actor").order_by("-pk")[: size + 1])
        return events[:size], events[size - 1].pk if len(events) > size else None

    def last_change(self, about: models.Model):
        """Who touched a thing last, to tell somebody whose own change came too late."""
        same = self.filter(object_type=about._meta.model_name, object_id=about.pk)
        return same.select_related("actor").order_by("-pk").first()


class ContactMethodQuerySet(models.QuerySet):
    def kept(self):
        """Those their owner has not removed, in the order they are tried."""
        return self.filter(removed_at=None)

    def usable(self):
        return self.filter(verified_at__isnull=False, disabled_at=None)


class OptOutQuerySet(models.QuerySet):
    def standing(self, *, at: datetime):
        return self.filter(Q(until=None) | Q(until__gt=at))


class DeliveryQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state__in=["queued", "sending"])

    def due(self, *, at: datetime):
        """Queued and due, or claimed by somebody whose lease ran out."""
        return self.filter(Q(state="queued", due_at__lte=at) | Q(state="sending", lease_until__lte=at))

    def channels_due(self, *, at: datetime) -> list[str]:
        """The channels on which something is due, whether or not its method is paced."""
        return sorted(self.due(at=at).values_list("channel", flat=True).distinct())

    def unconfirmed(self, *, at: datetime):
        """Taken by a provider that has not said by then what became of it, and was to."""
        return self.filter(state="sent", confirmed_at=None, confirm_by__lte=at)


class HeartbeatQuerySet(models.QuerySet):
    def beat(self, process: str, *, at: datetime) -> None:
        sign = self.model(process=process, beat_at=at)
        self.bulk_create([sign], update_conflicts=True, unique_fields=["process"], update_fields=["beat_at"])

    def silent(self, process: str, *, at: datetime, since: timedelta) -> bool:
        """Whether it has been alive, and gave no sign for that long."""
        return self.filter(process=process, beat_at__lte=at - since).exists()

    def alive(self, process: str, *, at: datetime, within: timedelta) -> bool:
        return self.filter(process=process, beat_at__gt=at - within).exists()


# Longer than the longest back-off, so that what is tried again and fails again is one failure that goes on.
FORGET_AFTER = timedelta(seconds=90)
# A deadlock or a lost connection is over by the next attempt; what fails for longer is somebody's to mend.
HICCUP = timedelta(seconds=10)


class SweepFailureQuerySet(models.QuerySet):
    def going_on(self, *, at: datetime):
        """Those that failed lately, and not for the first time."""
        lasting = Q(last_at__gte=models.F("since") + HICCUP)
        return self.filter(lasting, last_at__gt=at - FORGET_AFTER).order_by("sweep")
