"""Rows into rules: what the rota core computes from, for one roster or a thousand, in three queries.

Read as plain values by SQL of its own: a thousand rosters are ten thousand rows, and building the statements and a
model instance for each row would cost more than everything that is computed from them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connections

from oncall import rota
from oncall.spans import Span

# The same few, again and again.
_turn = lru_cache(maxsize=256)(rota.Turn)
_window = lru_cache(maxsize=256)(rota.Window)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from oncall.models import Roster

# The versions in force within a span, with their places as [group, person], groups in order. Layer by layer: one join
# of all is a little faster, and a hundred times slower where the planner knows too little of the tables.
LAYERS = """
    SELECT layer.roster_id, layer.duty, places.those, layer.name, layer.rank, layer.anchor_on, layer.handoff_time,
           layer.turn_n, layer.turn_unit, layer.working_days, layer.window_start, layer.window_end, layer.ends_on,
           layer.effective_from, layer.effective_until
      FROM oncall_layer AS layer
      LEFT JOIN LATERAL (
           SELECT array_agg(ARRAY[place."group", place.person_id] ORDER BY place."group", place.person_id) AS those
             FROM oncall_participant AS place WHERE place.layer_id = layer.id
      ) AS places ON true
     WHERE layer.roster_id = ANY(%(rosters)s)
       AND (layer.effective_from IS NULL OR layer.effective_from < %(ends_at)s)
       AND (layer.effective_until IS NULL OR layer.effective_until > %(starts_at)s)
"""

# What people changed within a span, each in the order in which it acts: overrides as they were made, until they were
# ended; swaps as they were accepted, from then on; time off of those who have a place, from when it was entered.
CHANGES = """
    SELECT 'override' AS what, roster_id, kind, person_id, by_id, duty, starts_at,
           least(ends_at, coalesce(ended_at, ends_at)) AS ends_at, id AS place
      FROM oncall_override
     WHERE roster_id = ANY(%(rosters)s) AND starts_at < %(ends_at)s AND ends_at > %(starts_at)s
 UNION ALL
    SELECT 'swap', roster_id, '', giver_id, taker_id, '', greatest(starts_at, settled_at), ends_at,
           row_number() OVER (ORDER BY settled_at, id)
      FROM oncall_swap
     WHERE roster_id = ANY(%(rosters)s) AND state = 'accepted' AND starts_at < %(ends_at)s AND ends_at > %(starts_at)s
 UNION ALL
    SELECT DISTINCT 'time_off', layer.roster_id, '', away.person_id, NULL::bigint, '',
           greatest(away.starts_at, away.made_at),
           least(away.ends_at, coalesce(away.ended_at, away.ends_at)), away.id
      FROM oncall_timeoff AS away
      JOIN oncall_participant AS place ON place.person_id = away.person_id
      JOIN oncall_layer AS layer ON layer.id = place.layer_id
     WHERE layer.roster_id = ANY(%(rosters)s) AND away.starts_at < %(ends_at)s AND away.ends_at > %(starts_at)s
 ORDER BY what, place
"""


def rules_of(rosters: QuerySet[Roster], span: Span) -> dict[int, rota.Rota]:
    """Each roster's rules by its id, with the changes that reach into `span`. A layer whose last participant was taken
    out gives no shifts, but its duty is still one that the roster asks for."""
    heads = list(rosters.order_by().values_list("pk", "zone", "depth", "begins_at", "ends_at", "is_paged"))
    asked: dict[str, Any] = {"rosters": [pk for pk, *_ in heads], "starts_at": span[0], "ends_at": span[1]}
    layers: dict[int, list[rota.Layer]] = defaultdict(list)
    bare: dict[int, list[rota.Asked]] = defaultdict(list)
    changes: dict[tuple[str, int], list[Any]] = defaultdict(list)
    with connections[rosters.db].cursor() as cursor:
        cursor.execute(LAYERS, asked)
        for roster, duty, places, *fields in cursor.fetchall():
            if places:
                layers[roster].append(_layer(duty, _groups(places), *fields))
            else:
                bare[roster].append(rota.Asked(duty, *fields[-2:]))
        cursor.execute(CHANGES, asked)
        for what, roster, *changed in cursor.fetchall():
            if change := _change(what, *changed):
                changes[what, roster].append(change)
    return {
        pk: rota.Rota(
            zone=zone,
            depth=depth,
            layers=tuple(layers[pk]),
            overrides=tuple(changes["override", pk]),
            swaps=tuple(changes["swap", pk]),
            time_off=tuple(changes["time_off", pk]),
            begins_at=begins_at,
            ends_at=ends_at,
            # Whoever is paged is asked at the primary duty first: with no layer for it that is a gap, not silence.
            more_asked=(*bare[pk], *([rota.Asked("primary")] if is_paged else [])),
        )
        for pk, zone, depth, begins_at, ends_at, is_paged in heads
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


def _groups(places: list[list[int]]) -> tuple[tuple[int, ...], ...]:
    found: dict[int, tuple[int, ...]] = {}
    for group, person in places:
        found[group] = (*found.get(group, ()), person)
    return tuple(found.values())


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
    what: str, kind: Any, person: int, by: int, duty: Any, starts_at: datetime, ends_at: datetime, place: int
) -> rota.Override | rota.Swap | rota.TimeOff | None:
    """None for one that was ended before it began to act."""
    if starts_at >= ends_at:
        return None
    span = {"starts_at": starts_at, "ends_at": ends_at}
    if what == "override":
        return rota.Override(kind=kind, person=person, by=by, duty=duty or None, **span)
    if what == "swap":
        return rota.Swap(giver=person, taker=by, **span)
    return rota.TimeOff(person=person, **span)
