"""What a roster file lists against what is there: the same is left alone, what is not listed any more ends, what is new
begins. Layers, overrides and time off; swaps are in `file_swaps`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from accounts.actions import audit
from accounts.models import AuditAction, User
from oncall import rota
from oncall.actions import layers, overrides
from oncall.exports import EVER
from oncall.layers import Layer, Person
from oncall.models import Override, Participant, Roster, TimeOff
from oncall.spans import Span

Row = TypeVar("Row")
Change = TypeVar("Change", rota.Override, rota.Swap, rota.TimeOff)


@dataclass(slots=True)
class Import:
    """One import at work. `since` is when the file begins to speak: None for a new roster, which has no past of its
    own. `changes` counts what was written, `left` the entries of the file about a time before that."""

    roster: Roster
    by: User | None
    at: datetime
    since: datetime | None = None
    changes: int = 0
    left: int = 0

    @property
    def span(self) -> Span:
        return self.since or EVER[0], EVER[1]

    @property
    def author(self) -> User:
        """Who is kept as having made what the command line brings."""
        return self.by or self.roster.owner

    def clipped(self, change: Change) -> Change | None:
        """What of it the file may still decide."""
        since = self.span[0]
        if change.ends_at <= since:
            return None
        return replace(change, starts_at=max(change.starts_at, since))

    def ahead(self, wanted: Iterable[Change]) -> list[Change]:
        """What a file lists, without what is over; that is counted."""
        clipped = [self.clipped(it) for it in wanted]
        self.left += clipped.count(None)
        return [it for it in clipped if it is not None]

    def record(self, action: AuditAction, before: dict[str, Any], after: dict[str, Any]) -> None:
        self.changes += 1
        audit.record(action=action, by=self.by, at=self.at, about=self.roster, before=before, after=after)


def difference(there: Iterable[tuple[Row, Any]], wanted: Sequence[Any]) -> tuple[list[Row], list[Any]]:
    """The rows that must go and the values that must come, so that what stays and then what comes is `wanted` in its
    order. Each row stands beside its value."""
    gone, kept = [], 0
    for row, value in there:
        if kept < len(wanted) and value == wanted[kept]:
            kept += 1
        else:
            gone.append(row)
    return gone, list(wanted[kept:])


def put_layers(work: Import, wanted: Sequence[Layer]) -> None:
    there = Roster.objects.filter(pk=work.roster.pk).rules(work.span)[work.roster.pk].layers
    for name in dict.fromkeys(it.name for it in (*there, *wanted)):
        versions = _versions(work, wanted, name)
        if _versions(work, there, name) != versions:
            _put_versions(work, name, versions)
    work.left += sum(not it.is_in_force(work.span) for it in wanted)


def _versions(work: Import, those: Iterable[Layer], name: str) -> list[Layer]:
    """The layer's versions from `since` on, in order."""
    since = work.span[0]
    mine = [it for it in those if it.name == name and it.is_in_force(work.span)]
    begun = [it.effective_from is not None and it.effective_from <= since for it in mine]
    cut = [
        replace(it, effective_from=None) if is_begun else it for it, is_begun in zip(mine, begun, strict=True)
    ]
    return sorted(cut, key=lambda it: it.effective_from or since)


def _put_versions(work: Import, name: str, wanted: Sequence[Layer]) -> None:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    if work.since:
        before = layers.told(layers.ahead(work.roster, name, work.since).order_by("pk").first())
        layers.close(work.roster, name, work.since)
    for layer in wanted:
        row = layers.opened(work.roster, replace(layer, effective_from=layer.effective_from or work.since))
        after = after or layers.told(row)
    action = AuditAction.LAYER_CHANGED if before else AuditAction.LAYER_ADDED
    work.record(action if after else AuditAction.LAYER_ENDED, before, after)


def put_overrides(work: Import, wanted: Sequence[rota.Override]) -> None:
    rows = Override.objects.filter(roster=work.roster).select_related("person", "by").order_by("pk")
    there = [(row, change) for row in rows if (value := _override(row)) and (change := work.clipped(value))]
    gone, new = difference(there, work.ahead(wanted))
    for row in gone:
        row.ended_at, row.ended_by = work.at, work.by
        row.save(update_fields=["ended_at", "ended_by"])
        work.record(AuditAction.OVERRIDE_ENDED, overrides.told(row), {})
    for change in new:
        row = Override.objects.create(
            roster=work.roster,
            kind=change.kind,
            person_id=change.person,
            by_id=change.by,
            duty=change.duty or "",
            starts_at=change.starts_at,
            ends_at=change.ends_at,
            made_at=work.at,
            made_by=work.author,
        )
        work.record(AuditAction.OVERRIDE_MADE, {}, overrides.told(row))


def _override(row: Override) -> rota.Override | None:
    """As the rules have it; None if it was ended before it acted."""
    until = min(row.ends_at, row.ended_at or row.ends_at)
    if until <= row.starts_at:
        return None
    told: dict[str, Any] = {"kind": row.kind, "duty": row.duty or None}
    return rota.Override(person=row.person_id, by=row.by_id, starts_at=row.starts_at, ends_at=until, **told)


def put_time_off(work: Import, wanted: Sequence[rota.TimeOff], placed: set[Person]) -> None:
    """Time off belongs to the person and not to the roster: what is not known is entered, and none is ended. It counts
    from now on for people who had a place on a roster before (`placed`), whose past must stay."""
    known = {(it.person, it.starts_at, it.ends_at) for it in _absences({it.person for it in wanted})}
    clipped = {(person, max(start, work.at), end) for person, start, end in known}
    for it in wanted:
        span = it.person, it.starts_at, it.ends_at
        is_past = it.ends_at <= work.at and (work.since is not None or it.person in placed)
        if span in known or (it.person, max(it.starts_at, work.at), it.ends_at) in clipped:
            continue
        if is_past:
            work.left += 1
            continue
        row = TimeOff.objects.create(
            person_id=it.person,
            starts_at=it.starts_at,
            ends_at=it.ends_at,
            made_at=work.at if it.person in placed else min(work.at, it.starts_at),
            made_by=work.author,
        )
        work.changes += 1
        told = {"starts_at": audit.plain(row.starts_at), "ends_at": audit.plain(row.ends_at)}
        audit.record(
            action=AuditAction.TIME_OFF_ENTERED, by=work.by, at=work.at, about=row.person, after=told
        )


def _absences(people: Iterable[Person]) -> Iterable[rota.TimeOff]:
    """As the rules have it: each from when it was entered until it was ended."""
    for row in TimeOff.objects.filter(person__in=people):
        since, until = max(row.starts_at, row.made_at), min(row.ends_at, row.ended_at or row.ends_at)
        if since < until:
            yield rota.TimeOff(person=row.person_id, starts_at=since, ends_at=until)


def people_placed(people: Iterable[Person]) -> set[Person]:
    """Those who have a place on any roster."""
    return set(Participant.objects.filter(person__in=people).values_list("person", flat=True))
