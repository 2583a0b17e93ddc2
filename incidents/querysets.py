"""Reads of incidents and what hangs on them. `visible_to` is the one place that decides who may know of an
incident; everything a person, key or token is shown passes through it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, models
from django.db.models import Q

from accounts.models import AccessProfile, User
from accounts.querysets import digest
from accounts.subject import Subject
from incidents.transitions import OPEN_STAGES, STAGES

if TYPE_CHECKING:
    from incidents.models import Incident, IntakeRecord, TimelineEntry

# Each permission is narrower than those before it, so a grant of one carries those before it too.
PERMISSIONS = ("view", "edit", "export", "reveal")


PAGING_KINDS = (
    "escalation_started", "paged", "paged_by_hand", "page_answered", "page_taken_back", "page_handed_on", "step_empty",
    "unreachable", "withheld", "exhausted", "acknowledged",
)  # fmt: skip


class GrantQuerySet(models.QuerySet):
    def carrying(self, permission: str, *, at: datetime):
        """Grants that give `permission` at `at`: of it or of a narrower one, and not expired."""
        narrower = PERMISSIONS[PERMISSIONS.index(permission) :]
        return self.filter(permission__codename__in=[f"{name}_incident" for name in narrower]).filter(
            Q(expires_at=None) | Q(expires_at__gt=at)
        )


def _grants(incident: type[Incident], name: str) -> GrantQuerySet:
    """Every grant of one kind, reached through the incident's own relation."""
    return GrantQuerySet(incident._meta.get_field(name).related_model)


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, subject: Subject, permission: str = "view") -> IncidentQuerySet:
        """The incidents `subject` may `permission` (view ⊇ edit ⊇ export ⊇ reveal).

        Profiles are split in Python over a handful of rows; SQL then sees two short lists of ids. Grants open
        single incidents inside profiles whose clearances the subject meets, never others.
        """
        open_ids, by_grant = AccessProfile.objects.split_for(subject, permission)
        allowed = Q(profile__in=open_ids)
        if by_grant and subject.person_id is not None:
            users = _grants(self.model, "user_grants").filter(user=subject.person_id)
            groups = _grants(self.model, "group_grants").filter(group__in=subject.group_ids)
            granted = (
                users.carrying(permission, at=subject.at)
                .values("content_object")
                .union(groups.carrying(permission, at=subject.at).values("content_object"), all=True)
            )
            by_need = Q(profile__in=by_grant, pk__in=granted)
            allowed = allowed | by_need if open_ids else by_need
        return self.filter(allowed)

    def open(self):
        return self.filter(stage__in=OPEN_STAGES)

    def ended(self):
        return self.exclude(stage__in=OPEN_STAGES)

    def in_triage(self):
        return self.filter(stage__in=[s.code for s in STAGES.values() if s.awaits_triage])

    def under_way(self):
        return self.filter(stage__in=[s.code for s in STAGES.values() if s.is_open and not s.awaits_triage])

    def in_hands_of(self, person_id: int | None):
        """What a person manages, or has acknowledged while nobody manages it."""
        managed = Q(incident_manager=person_id)
        return self.filter(managed | Q(incident_manager=None, acknowledged_by=person_id))

    def queue_order(self):
        """Triage first, then worst first, then oldest first."""
        triage_first = models.Case(models.When(stage="triage", then=0), default=1)
        return self.order_by(triage_first, "severity", "declared_at", "code")

    def further_down(self, severity: int, declared_at: datetime, code: str):
        """What comes after one row of the queue, within triage or within what is under way."""
        as_old = Q(declared_at=declared_at, code__gt=code)
        return self.filter(
            Q(severity__gt=severity) | Q(severity=severity) & (Q(declared_at__gt=declared_at) | as_old)
        )

    def latest_ended(self):
        return self.order_by("-ended_at", "-code")

    def ended_before(self, ended_at: datetime, code: str):
        """What comes after one row of what has ended."""
        return self.filter(Q(ended_at__lt=ended_at) | Q(ended_at=ended_at, code__lt=code))

    def likely_survivors(self, merging: Incident):
        """The open incidents `merging` could be merged into, likeliest first: the same harm, then the same region,
        then nearest in time."""
        apart = models.functions.Greatest(
            models.F("declared_at") - models.Value(merging.declared_at),
            models.Value(merging.declared_at) - models.F("declared_at"),
        )
        like = [
            models.Case(models.When(then=0, **{name: getattr(merging, name)}), default=1)
            for name in ("harm_type", "region")
        ]
        same_kind = self.open().filter(profile=merging.profile_id, mode=merging.mode)
        return same_kind.exclude(pk=merging.pk).order_by(*like, apart, "code")

    def locked(self, pk: int) -> Incident:
        """One row, locked for a write by an action whose caller has already found it through `visible_to`.
        The lock lets foreign keys to the row be written by others meanwhile (timeline, pages)."""
        return self.select_for_update(no_key=True, of=("self",)).select_related("profile").get(pk=pk)

    def correlated(self, *, principal: str, dedup_key: str, mode: str) -> IncidentQuerySet:
        """The open incidents that a source's own key stands for, newest first. Intake's question, not a
        person's: the answer is never shown to the sender."""
        told = {"reports__principal": principal, "reports__dedup_key": dedup_key}
        return self.open().filter(**told, mode=mode).order_by("-pk").distinct()


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids in timeline entries stand for."""

    people: dict[int, str]
    tasks: dict[str, str]

    @classmethod
    def in_entries(cls, entries: Iterable[TimelineEntry], tasks: TaskQuerySet) -> Names:
        """Everyone and every task the entries' data mention. Two queries however many entries."""
        mentioned = [(name, value) for entry in entries for name, value in entry.data.items()]
        people = {value for name, value in mentioned if name in {"responder", "manager", "person"}}
        wanted = {value for name, value in mentioned if name == "task"}
        return cls(
            people=dict(User.objects.filter(pk__in=people).values_list("pk", "name")),
            tasks={str(task.pk): str(task.title) for task in tasks.filter(pk__in=wanted)} if wanted else {},
        )


class TimelineQuerySet(models.QuerySet["TimelineEntry"]):
    def at_ref(self, ref: str) -> TimelineEntry | None:
        """The entry an address names; None for anything that is no such name."""
        try:
            return self.filter(ref=UUID(ref)).first()
        except ValueError:
            return None

    def written(self):
        """What people put into words: notes, status updates, decisions."""
        return self.filter(kind__in=["note", "update", "decision"])

    def paging(self):
        return self.filter(kind__in=PAGING_KINDS)

    def pinned(self):
        return self.filter(curation__pinned=True)

    def shown(self):
        """Without what somebody folded away."""
        return self.exclude(curation__hidden=True)


class AssignmentQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(ended_at=None)


class TaskQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state="open")

    def of(self, person_id: int | None):
        """What is on somebody's own list, soonest due first."""
        return self.filter(assignee=person_id).order_by(models.F("due_at").asc(nulls_last=True), "pk")


class ReportQuerySet(models.QuerySet):
    def visible_to(self, subject: Subject, incidents: IncidentQuerySet) -> ReportQuerySet:
        """Whoever sent a report sees its receipt; whoever may see its incident sees it too."""
        own = Q(reporter=subject.person_id) if subject.person_id else Q(pk__in=[])
        return self.filter(own | Q(incident__in=incidents.visible_to(subject)))

    def opened_lately(self, principal: str, *, at: datetime, within: timedelta):
        """Reports of a principal that opened an incident within that time before `at`."""
        return self.filter(principal=principal, opened=True, received_at__gt=at - within)


class IntegrationQuerySet(models.QuerySet):
    def for_key(self, routing_key: str, *, at: datetime):
        """Found by digest, so the comparison takes the same time whatever the key; the key before the current
        one counts until its time is up."""
        told = digest(routing_key)
        standing = Q(key_hash=told) | Q(old_key_hash=told, old_key_until__gt=at)
        return self.filter(standing, revoked_at=None).first()

    def with_last_report(self):
        """Each with `last_report_at`: when anything last came in by it."""
        newest = models.Max("reports__received_at")
        return self.annotate(last_report_at=newest).order_by("name", "pk")


class IntakeRecordQuerySet(models.QuerySet["IntakeRecord"]):
    def page(self, *, before: int | None, size: int, refused: bool) -> tuple[list[IntakeRecord], int | None]:
        """The newest, or those before one; and where the next page begins, if there is more. It walks the index
        however far back."""
        mark = self.filter(pk=before).first() if before else None
        rows = self.filter(Q(at__lt=mark.at) | Q(pk__lt=mark.pk), at__lte=mark.at) if mark else self
        if refused:
            rows = rows.filter(status__gte=400)
        found: list[IntakeRecord] = list(rows.order_by("-at", "-pk")[: size + 1])
        return found[:size], found[size - 1].pk if len(found) > size else None


def serialise_on(key: str) -> None:
    """Let one transaction at a time go on for `key`: two reports of one thing must not open two incidents."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
