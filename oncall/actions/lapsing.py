"""Offers of what their giver does not have any more: they lapse, with everything offered together with them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.poke import poke_on_commit
from oncall.actions import swap_notices
from oncall.actions.duty_notices import DUTY
from oncall.models import Roster, Swap
from oncall.swapped import is_dead

# A sweep looks at so many, soonest first.
MOST_AT_ONCE = 200


@transaction.atomic
def lapse(*, rosters: Iterable[Roster] | None = None, at: datetime, most: int = MOST_AT_ONCE) -> int:
    """Open offers, on these rosters if any are named, of which a giver has nothing left lapse, and whoever made them
    is told; how many there were. Six queries for none."""
    open_ones = Swap.objects.offered(at=at).order_by("starts_at", "pk")
    if rosters is not None:
        open_ones = open_ones.filter(roster__in=list(rosters))
    looked = list(open_ones[:most])
    if not looked:
        return 0
    span = at, max(swap.ends_at for swap in looked)
    rules = Roster.objects.filter(pk__in={swap.roster_id for swap in looked}).rules(span)
    dead = {swap.bundle for swap in looked if is_dead(rules[swap.roster_id], swap, at)}
    return sum(settle(bundle, at=at) for bundle in sorted(dead))


@transaction.atomic
def settle(bundle: UUID, *, at: datetime) -> bool:
    """One offer lapses, whole. Not one that somebody is answering at this moment: they hold it, may be waiting for
    the roster that we hold, and settle it themselves."""
    rows = Swap.objects.filter(bundle=bundle, state=Swap.State.OFFERED)
    held = rows.select_for_update(of=("self",), skip_locked=True).with_names().order_by("starts_at", "pk")
    swaps = list(held)
    if not swaps or len(swaps) < rows.count():
        return False
    for swap in swaps:
        swap.state, swap.settled_at = Swap.State.LAPSED, at
        swap.save(update_fields=["state", "settled_at"])
        for person in filter(None, (swap.giver_id, swap.taker_id)):
            poke_on_commit(person, DUTY)
    swap_notices.answered(
        swaps,
        lambda: _("Your offer lapsed"),
        lambda: _("A shift that it is about went to somebody else. Your offer is over."),
        key=f"swap:{bundle}:lapsed",
        at=at,
    )
    return True
