"""Rows into rules: what the rota core computes from, for one roster or a thousand, in three queries.

Read as plain values by SQL of its own: a thousand rosters are ten thousand rows, and building the statements and a
model instance for each row would cost more than everything that is computed from them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connections

from oncall import rota
from oncall.spans import Span

# The same few, again and again.
_turn = lru_cache(maxsize=256)(rota.Turn)
_window = lru_cache(maxsize=256)(rota.Window)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from oncall.models import Roster

HEAD = ("id", "zone", "depth", "begins_at", "ends_at", "is_paged")

# Each roster with the versions of its layers in force within a span; one without any is a row all the same. What it
# costs to plan a statement is most of what one roster costs, so each of these has few tables.
LAYERS = """
    SELECT roster.*, layer.id, layer.duty, layer.name, layer.rank, layer.anchor_on, layer.handoff_time, layer.turn_n,
           layer.turn_unit, layer.working_days, layer.window_start, layer.window_end, layer.ends_on,
           layer.effective_from, layer.effective_until
      FROM ({rosters}) AS roster
      LEFT JOIN oncall_layer AS layer ON layer.roster_id = roster.id
       AND (layer.effective_from IS NULL OR layer.effective_from < %s)
       AND (layer.effective_until IS NULL OR layer.effective_until > %s)
"""

# Who stands in which group of them, groups in order.
PLACES = """
    SELECT layer_id, "group", person_id FROM oncall_participant
     WHERE layer_id = ANY(%s) ORDER BY layer_id, "group", person_id
"""

# What people changed within a span, each in the order in which it acts: overrides as they were made, until they were
# ended; swaps as they were accepted, from then on; time off from when it was entered, of no roster in particular.
CHANGES = """
    SELECT 'override' AS what, roster_id, kind, person_id, by_id, duty, starts_at,
           least(ends_at, coalesce(ended_at, ends_at)) AS ends_at, id AS place,
           NULL::timestamptz AS settled_at, NULL::uuid AS swap
      FROM oncall_override
     WHERE roster_id = ANY(%(rosters)s) AND starts_at < %(ends_at)s AND ends_at > %(starts_at)s
 UNION ALL
    SELECT 'swap', roster_id, '', giver_id, taker_id, '', greatest(starts_at, settled_at), ends_at, NULL, settled_at, id
      FROM oncall_swap
     WHERE roster_id = ANY(%(rosters)s) AND state = 'accepted' AND starts_at < %(ends_at)s AND ends_at > %(starts_at)s
 UNION ALL
    SELECT 'time_off', NULL, '', person_id, NULL, '', greatest(starts_at, made_at),
           least(ends_at, coalesce(ended_at, ends_at)), id, NULL, NULL
      FROM oncall_timeoff
     WHERE person_id = ANY(%(people)s) AND starts_at < %(ends_at)s AND ends_at > %(starts_at)s
 ORDER BY what, place, settled_at, swap
"""


def rules_of(rosters: QuerySet[Roster], span: Span) -> dict[int, rota.Rota]:
    """Each roster's rules by its id, with the changes that reach into `span`. A layer whose last participant was taken
    out gives no shifts, but its duty is still one that the roster asks for."""
    try:
        statement, given = rosters.order_by().values_list(*HEAD).query.sql_with_params()
    except EmptyResultSet:  # asked for none
        return {}
    with connections[rosters.db].cursor() as cursor:
        cursor.execute(LAYERS.format(rosters=statement), [*given, span[1], span[0]])
        rows = cursor.fetchall()
        cursor.execute(PLACES, [[row[len(HEAD)] for row in rows if row[len(HEAD)] is not None]])
        groups = _groups(cursor.fetchall())
        people = list({one for those in groups.values() for group in those for one in group})
        asked = {"rosters": list({row[0] for row in rows}), "people": people}
        cursor.execute(CHANGES, asked | {"starts_at": span[0], "ends_at": span[1]})
        changes = _changes(cursor.fetchall())
    layers: dict[int, list[rota.Layer]] = defaultdict(list)
    bare: dict[int, list[rota.Asked]] = defaultdict(list)
    for pk, _zone, _depth, _begins, _ends, _is_paged, layer, duty, *fields in rows:
        if layer in groups:
            layers[pk].append(_layer(duty, groups[layer], *fields))
        elif layer is not None:
            bare[pk].append(rota.Asked(duty, *fields[-2:]))
    return {
        pk: rota.Rota(
            zone=zone,
            depth=depth,
            layers=tuple(layers[pk]),
            overrides=tuple(changes["override", pk]),
            swaps=tuple(changes["swap", pk]),
            time_off=tuple(_of_people(changes["time_off", None], layers[pk])),
            begins_at=begins_at,
            ends_at=ends_at,
            # Whoever is paged is asked at the primary duty first: with no layer for it that is a gap, not silence.
            more_asked=(*bare[pk], *([rota.Asked("primary")] if is_paged else [])),
        )
        for pk, zone, depth, begins_at, ends_at, is_paged in dict.fromkeys(row[: len(HEAD)] for row in rows)
    }


def time_off_of(people: Iterable[int], span: Span) -> list[rota.TimeOff]:
    """When these people are away within `span`, each as the rules have it for those with a place."""
    rows = apps.get_model("oncall", "TimeOff").objects.filter(
        person__in=people, starts_at__lt=span[1], ends_at__gt=span[0]
    )
    told = [
        (person, max(starts_at, made_at), min(ends_at, ended_at or ends_at))
        for person, starts_at, ends_at, made_at, ended_at in rows.order_by("pk").values_list(
            "person_id", "starts_at", "ends_at", "made_at", "ended_at"
        )
    ]
    return [rota.TimeOff(person=one, starts_at=start, ends_at=end) for one, start, end in told if start < end]


def _groups(places: Iterable[tuple[int, int, int]]) -> dict[int, tuple[tuple[int, ...], ...]]:
    """By layer, from its places in order."""
    found: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for layer, group, person in places:
        found[layer][group].append(person)
    return {layer: tuple(map(tuple, groups.values())) for layer, groups in found.items()}


def _changes(rows: Iterable[tuple]) -> dict[tuple[str, int | None], list[Any]]:
    """By what they are and their roster, without those that were ended before they began to act."""
    found: dict[tuple[str, int | None], list[Any]] = defaultdict(list)
    for what, roster, kind, person, by, duty, starts_at, ends_at, *_place in rows:
        if starts_at < ends_at:
            span = {"starts_at": starts_at, "ends_at": ends_at}
            found[what, roster].append(_change(what, kind, person, by, duty, span))
    return found


def _of_people(time_off: list[rota.TimeOff], layers: list[rota.Layer]) -> Iterator[rota.TimeOff]:
    """That of whoever has a place; nobody is looked for where nobody is away."""
    placed = {one for layer in layers for group in layer.groups for one in group} if time_off else ()
    return (it for it in time_off if it.person in placed)


def _layer(
    duty: Any, groups: Any, name: str, rank: int, anchor_on: Any, handoff_time: Any, n: int, unit: Any, days: Any,
    opens: Any, closes: Any, ends_on: Any, effective_from: Any, effective_until: Any,
) -> rota.Layer:  # fmt: skip
    return rota.Layer.stored(
        name=name,
        rank=rank,
        duty=duty,
        anchor_on=anchor_on,
        handoff_time=handoff_time,
        turn=_turn(n, unit),
        working_days=None if days is None else frozenset(days),
        window=None if opens is None else _window(opens, closes),
        ends_on=ends_on,
        groups=groups,
        effective_from=effective_from,
        effective_until=effective_until,
    )


def _change(
    what: str, kind: Any, person: int, by: int, duty: Any, span: Mapping[str, datetime]
) -> rota.Override | rota.Swap | rota.TimeOff:
    if what == "override":
        return rota.Override(kind=kind, person=person, by=by, duty=duty or None, **span)
    if what == "swap":
        return rota.Swap(giver=person, taker=by, **span)
    return rota.TimeOff(person=person, **span)
