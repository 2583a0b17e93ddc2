"""What swaps are about: a swap names a roster and a time, and the duty is what its giver has there."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from oncall import rota
from oncall.models import Roster, Swap
from oncall.rota import Rota
from oncall.spans import Span, union


def duties_of(swaps: Sequence[Swap]) -> dict[uuid.UUID, list[str]]:
    """By swap, the duties its giver has within it, or had before it was accepted. Four queries; none for none."""
    if not swaps:
        return {}
    span = min(swap.starts_at for swap in swaps), max(swap.ends_at for swap in swaps)
    rules = Roster.objects.filter(pk__in={swap.roster_id for swap in swaps}).rules(span)
    return {
        swap.pk: sorted({it.duty for it in _seats(_before(rules[swap.roster_id], swap), swap)})
        for swap in swaps
    }


def held_by(core: Rota, person: int, span: Span) -> list[Span]:
    """When within `span` the person has something, or would if they were not away."""
    if span[0] >= span[1]:
        return []
    return union((it.starts_at, it.ends_at) for it in rota.held(core, *span) if it.holder == person)


def is_dead(core: Rota, swap: Swap, at: datetime) -> bool:
    """Whether the giver of an offer has nothing left of what it is about."""
    return not held_by(core, swap.giver_id, (max(swap.starts_at, at), swap.ends_at))


def _seats(core: Rota, swap: Swap) -> list[rota.Held]:
    return [it for it in rota.held(core, swap.starts_at, swap.ends_at) if it.holder == swap.giver_id]


def _before(core: Rota, swap: Swap) -> Rota:
    """The rules without this swap, if it acts, and without those accepted after it."""
    if swap.state != Swap.State.ACCEPTED:
        return core
    for number, it in enumerate(core.swaps):
        if (it.giver, it.taker, it.ends_at) == (swap.giver_id, swap.taker_id, swap.ends_at):
            return replace(core, swaps=core.swaps[:number])
    return core
