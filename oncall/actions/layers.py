"""Writing layers. An edit closes the version in force and opens another, so what was on duty stays what it was."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models import AuditAction, User
from accounts.refusals import Refused
from oncall import rota
from oncall.actions.duty_notices import telling
from oncall.actions.rosters import locked_at
from oncall.models import Layer, Participant, Roster


class LayerNameTakenError(Refused):
    """A roster's layers are told apart by their names."""


class NoSuchLayerError(Refused):
    """It has ended, or never was."""


@transaction.atomic
def put(
    *,
    roster: Roster,
    version: int,
    layer: rota.Layer,
    replaces: str = "",
    since: datetime | None = None,
    by: User,
    at: datetime,
) -> Layer:
    """From `since` on (`at` at the earliest) the layer is in force: a new one, or in place of the one called
    `replaces`. Its people are ids. People whose shifts change are told.
    Raises `ChangedMeanwhileError`, `LayerNameTakenError`, `NoSuchLayerError`."""
    locked = locked_at(roster, version)
    since = max(since or at, at)
    if layer.name != replaces and ahead(locked, layer.name, since).exists():
        raise LayerNameTakenError(_("Another layer of this roster has this name. Give each its own."))
    before = told(ahead(locked, replaces, since).order_by("pk").first()) if replaces else {}
    if replaces and not before:
        raise NoSuchLayerError(_("The layer %(name)s has ended meanwhile.") % {"name": replaces})
    with telling(locked, by=by, at=at, key=f"layers:{locked.pk}:{version}"):
        close(locked, replaces, since)
        row = opened(locked, replace(layer, effective_from=since))
        _count(locked)
    action = AuditAction.LAYER_CHANGED if replaces else AuditAction.LAYER_ADDED
    audit.record(action=action, by=by, at=at, about=locked, before=before, after=told(row))
    return row


@transaction.atomic
def end(
    *, roster: Roster, version: int, name: str, since: datetime | None = None, by: User, at: datetime
) -> None:
    """The layer gives no shifts from `since` on. People whose shifts change are told.
    Raises `ChangedMeanwhileError`, `NoSuchLayerError`."""
    locked = locked_at(roster, version)
    since = max(since or at, at)
    before = told(ahead(locked, name, since).order_by("pk").first())
    if not before:
        raise NoSuchLayerError(_("The layer %(name)s has ended meanwhile.") % {"name": name})
    with telling(locked, by=by, at=at, key=f"layers:{locked.pk}:{version}"):
        close(locked, name, since)
        _count(locked)
    audit.record(action=AuditAction.LAYER_ENDED, by=by, at=at, about=locked, before=before)


def ahead(roster: Roster, name: str, since: datetime):
    """The versions of a layer that speak for any time after `since`."""
    return roster.layers.filter(name=name).filter(Q(effective_until=None) | Q(effective_until__gt=since))


def close(roster: Roster, name: str, since: datetime) -> None:
    """No version speaks for anything after `since`; one that would only have begun then never was."""
    later = ahead(roster, name, since)
    later.filter(effective_from__gte=since).delete()
    later.update(effective_until=since)


def opened(roster: Roster, layer: rota.Layer) -> Layer:
    """A version of a layer, as it is, without a word to anybody."""
    row = Layer.objects.create(
        roster=roster,
        name=layer.name,
        rank=layer.rank,
        duty=layer.duty,
        anchor_on=layer.anchor_on,
        handoff_time=layer.handoff_time,
        turn_n=layer.turn.n,
        turn_unit=layer.turn.unit,
        working_days=None if layer.working_days is None else sorted(layer.working_days),
        window_start=layer.window.start if layer.window else None,
        window_end=layer.window.end if layer.window else None,
        ends_on=layer.ends_on,
        effective_from=layer.effective_from,
        effective_until=layer.effective_until,
    )
    Participant.objects.bulk_create(
        Participant(layer=row, group=number, person_id=person)
        for number, group in enumerate(layer.groups)
        for person in group
    )
    return row


def _count(roster: Roster) -> None:
    roster.version += 1
    roster.save(update_fields=["version"])


def told(layer: Layer | None) -> dict[str, Any]:
    """A layer as the audit keeps it; nothing for none."""
    if layer is None:
        return {}
    fields = ("name", "rank", "duty", "turn_n", "turn_unit", "working_days")
    times = ("anchor_on", "handoff_time", "window_start", "window_end", "ends_on")
    groups: dict[int, list[str]] = {}
    for place in layer.participants.select_related("person"):
        groups.setdefault(place.group, []).append(place.person.name)
    return (
        {field: getattr(layer, field) for field in fields}
        | {field: str(getattr(layer, field) or "") for field in times}
        | {"participants": [", ".join(people) for people in groups.values()]}
    )
