"""Rows into rules: what the rota core computes from, for one roster or a thousand, in five queries.

Read as plain values: a thousand rosters are ten thousand rows, and a model instance for each would cost more than
everything that is computed from them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet

from oncall import rota
from oncall.spans import Span

if TYPE_CHECKING:
    from oncall.models import Roster

LAYER = (
    "roster_id", "name", "rank", "duty", "anchor_on", "handoff_time", "turn_n", "turn_unit", "working_days",
    "window_start", "window_end", "ends_on", "effective_from", "effective_until",
)  # fmt: skip


def rules_of(rosters: QuerySet[Roster], span: Span) -> dict[int, rota.Rota]:
    """Each roster's rules by its id, with the changes that reach into `span`. A layer whose last participant was taken
    out gives no shifts, but its duty is still one that the roster has."""
    heads = list(rosters.values_list("pk", "zone", "depth", "begins_at", "ends_at", "is_paged"))
    layers = _layers(rosters, span)
    overrides, swaps = _overrides(rosters, span), _swaps(rosters, span)
    people = {
        person
        for those in layers.values()
        for layer in those[0]
        for group in layer.groups
        for person in group
    }
    away = time_off_of(people, span)
    found = {}
    for pk, zone, depth, begins_at, ends_at, is_paged in heads:
        mine, duties = layers.get(pk, ((), frozenset()))
        # Whoever is paged by duty is asked at the primary one first: with no layer for it that is a gap, not silence.
        duties |= {"primary"} if is_paged else set()
        found[pk] = rota.Rota(
            zone=zone,
            depth=depth,
            layers=tuple(mine),
            overrides=tuple(overrides.get(pk, ())),
            swaps=tuple(swaps.get(pk, ())),
            time_off=tuple(_of_layers(mine, away)),
            begins_at=begins_at,
            ends_at=ends_at,
            more_duties=duties,
        )
    return found


def _layers(rosters: QuerySet[Roster], span: Span) -> dict[int, tuple[list[rota.Layer], frozenset[Any]]]:
    """The versions in force within `span`, by roster, beside the duties of those without people. What an edit takes
    away must not be left behind here, so a layer with people answers for its own duty."""
    rows = (
        _model("Layer")
        .objects.filter(roster__in=rosters)
        .filter(Q(effective_from=None) | Q(effective_from__lt=span[1]))
        .filter(Q(effective_until=None) | Q(effective_until__gt=span[0]))
        .values_list(*LAYER)
        .annotate(
            groups=ArrayAgg("participants__group", order_by=("participants__group", "participants__pk")),
            people=ArrayAgg("participants__person", order_by=("participants__group", "participants__pk")),
        )
    )
    found: dict[int, tuple[list[rota.Layer], set[Any]]] = defaultdict(lambda: ([], set()))
    for roster, *fields, groups, people in rows:
        layers, duties = found[roster]
        layer = _layer(fields, _grouped(groups, people))
        if layer:
            layers.append(layer)
        else:
            duties.add(fields[2])
    return {pk: (layers, frozenset(duties)) for pk, (layers, duties) in found.items()}


def _layer(fields: list[Any], groups: tuple[tuple[int, ...], ...]) -> rota.Layer | None:
    name, rank, duty, anchor_on, handoff_time, n, unit, days, opens, closes, ends_on, since, until = fields
    if not groups:
        return None
    return rota.Layer(
        name=name,
        rank=rank,
        duty=duty,
        anchor_on=anchor_on,
        handoff_time=handoff_time,
        turn=rota.Turn(n, unit),
        working_days=None if days is None else frozenset(days),
        window=None if opens is None else rota.Window(opens, closes),
        ends_on=ends_on,
        groups=groups,
        effective_from=since,
        effective_until=until,
    )


def _grouped(groups: list[int], people: list[int]) -> tuple[tuple[int, ...], ...]:
    found: dict[int, tuple[int, ...]] = {}
    for group, person in zip(groups, people, strict=True):
        if person is not None:  # the aggregate of no rows is one null
            found[group] = (*found.get(group, ()), person)
    return tuple(found.values())


def _overrides(rosters: QuerySet[Roster], span: Span) -> dict[int, list[rota.Override]]:
    """By roster, in the order they were made. An ended one acted until it was ended."""
    rows = _model("Override").objects.filter(roster__in=rosters, **_reaching(span)).order_by("pk")
    found = defaultdict(list)
    for roster, kind, person, by, duty, starts_at, ends_at, ended_at in rows.values_list(
        "roster_id", "kind", "person_id", "by_id", "duty", "starts_at", "ends_at", "ended_at"
    ):
        if (until := _until(ends_at, ended_at)) > starts_at:
            found[roster].append(
                rota.Override(
                    kind=kind, person=person, by=by, duty=duty or None, starts_at=starts_at, ends_at=until
                )
            )
    return found


def _swaps(rosters: QuerySet[Roster], span: Span) -> dict[int, list[rota.Swap]]:
    """The accepted ones, by roster, in the order they were accepted; each counts from then on."""
    rows = _model("Swap").objects.filter(roster__in=rosters, state="accepted", **_reaching(span))
    found = defaultdict(list)
    for roster, giver, taker, starts_at, ends_at, accepted_at in rows.order_by(
        "settled_at", "pk"
    ).values_list("roster_id", "giver_id", "taker_id", "starts_at", "ends_at", "settled_at"):
        if (since := max(starts_at, accepted_at)) < ends_at:
            found[roster].append(rota.Swap(giver=giver, taker=taker, starts_at=since, ends_at=ends_at))
    return found


def time_off_of(people: Iterable[int], span: Span) -> dict[int, list[rota.TimeOff]]:
    """By person; each counts from when it was entered."""
    rows = _model("TimeOff").objects.filter(person__in=people, **_reaching(span))
    found = defaultdict(list)
    for person, starts_at, ends_at, made_at, ended_at in rows.values_list(
        "person_id", "starts_at", "ends_at", "made_at", "ended_at"
    ):
        since, until = max(starts_at, made_at), _until(ends_at, ended_at)
        if since < until:
            found[person].append(rota.TimeOff(person=person, starts_at=since, ends_at=until))
    return found


def _of_layers(layers: Iterable[rota.Layer], away: dict[int, list[rota.TimeOff]]) -> Iterator[rota.TimeOff]:
    if away:
        for person in sorted({one for layer in layers for group in layer.groups for one in group}):
            yield from away.get(person, ())


def _model(name: str) -> Any:
    """Models import their querysets, so querysets find models by name."""
    return apps.get_model("oncall", name)


def _reaching(span: Span) -> dict[str, datetime]:
    return {"starts_at__lt": span[1], "ends_at__gt": span[0]}


def _until(ends_at: datetime, ended_at: datetime | None) -> datetime:
    return ends_at if ended_at is None else min(ends_at, ended_at)
