"""The swaps of a roster file against those that are there: accepted ones, which act in their order, and offers, which
wait for somebody's word."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import uuid4

from accounts.models import AuditAction
from oncall import rota
from oncall.actions import swaps
from oncall.actions.file_parts import Import, difference
from oncall.files import Offer
from oncall.models import Swap

MOMENT = timedelta.resolution


def put_accepted(work: Import, wanted: Sequence[rota.Swap]) -> None:
    rows = _rows(work, Swap.State.ACCEPTED).order_by("settled_at", "pk")
    there = [(row, change) for row in rows if (value := _accepted(row)) and (change := work.clipped(value))]
    gone, new = difference(there, work.ahead(wanted))
    for row in gone:
        _undo(work, row)
    # They act in the order in which they were accepted, and each from then on: so all are before the first begins.
    first = min([work.at, *(it.starts_at for it in new)]) - len(new) * MOMENT
    for place, change in enumerate(new):
        row = _made(work, change, state=Swap.State.ACCEPTED, settled_at=first + place * MOMENT)
        work.record(AuditAction.SWAP_ACCEPTED, {}, swaps.told(row))


def put_offers(work: Import, wanted: Sequence[Offer]) -> None:
    """Offers of one bundle belong together, that of whoever offered them first."""
    rows = _rows(work, Swap.State.OFFERED).order_by("bundle")
    there = []
    for _bundle, those in groupby(rows, key=attrgetter("bundle")):
        parts = sorted(those, key=lambda it: it.giver_id != it.offered_by_id)
        there.append((parts, _bundled(work, [_offered(it) for it in parts])))
    asked: dict[Any, list[rota.Swap]] = {}
    for place, offer in enumerate(wanted):
        asked.setdefault(offer.bundle or place, []).append(offer.swap)
    listed = [_bundled(work, parts) for parts in asked.values()]
    for rows_of, told in there:
        if told in listed:
            listed.remove(told)
        elif told:
            for row in rows_of:
                _withdraw(work, row)
    for told in listed:
        if told is None:
            work.left += 1
        else:
            _offer(work, *told)


def _offer(work: Import, giver: Any, parts: frozenset[rota.Swap]) -> None:
    bundle = uuid4()
    for change in sorted(parts, key=attrgetter("starts_at")):
        row = _made(work, change, bundle=bundle, offered_by_id=giver)
        work.record(AuditAction.SWAP_OFFERED, {}, swaps.told(row))


def _bundled(work: Import, parts: Sequence[rota.Swap]) -> tuple[Any, frozenset[rota.Swap]] | None:
    """Who offers, and what; None when a part is over, for then nobody can take it."""
    clipped = [work.clipped(part) for part in parts]
    if None in clipped:
        return None
    return parts[0].giver, frozenset(part for part in clipped if part)


def _rows(work: Import, state: Swap.State):
    return Swap.objects.filter(roster=work.roster, state=state).with_names()


def _accepted(row: Swap) -> rota.Swap | None:
    since = max(row.starts_at, row.settled_at or row.starts_at)
    if since >= row.ends_at:
        return None
    return rota.Swap(giver=row.giver_id, taker=row.taker_id, starts_at=since, ends_at=row.ends_at)


def _offered(row: Swap) -> rota.Swap:
    return rota.Swap(giver=row.giver_id, taker=row.taker_id, starts_at=row.starts_at, ends_at=row.ends_at)


def _made(work: Import, change: rota.Swap, **more: Any) -> Swap:
    told = {"offered_by_id": change.giver, "offered_at": work.at} | more
    return Swap.objects.create(
        roster=work.roster,
        giver_id=change.giver,
        taker_id=change.taker,
        starts_at=change.starts_at,
        ends_at=change.ends_at,
        **told,
    )


def _undo(work: Import, row: Swap) -> None:
    """What of it has been stays."""
    if max(row.starts_at, row.settled_at or row.starts_at) < work.at:
        row.ends_at = work.at
        row.save(update_fields=["ends_at"])
        work.record(AuditAction.SWAP_WITHDRAWN, swaps.told(row), {})
    else:
        _withdraw(work, row)


def _withdraw(work: Import, row: Swap) -> None:
    row.state, row.settled_at = Swap.State.WITHDRAWN, work.at
    row.save(update_fields=["state", "settled_at"])
    work.record(AuditAction.SWAP_WITHDRAWN, swaps.told(row), {})
