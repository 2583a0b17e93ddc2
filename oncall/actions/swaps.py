"""Swaps: a shift offered to a colleague, and theirs in return, if that was asked. Nothing changes without the other's
word."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models import AuditAction, User
from accounts.poke import poke_on_commit
from accounts.refusals import Refused
from oncall import objections
from oncall.actions import lapsing, swap_notices
from oncall.actions.duty_notices import DUTY, shifts_key, telling
from oncall.actions.overrides import ObjectedError, PastError
from oncall.models import Roster, Swap
from oncall.objections import Objection
from oncall.people import on_rosters
from oncall.spans import Span
from oncall.swapped import held_by

# A sweep does so many and comes again.
MOST_AT_ONCE = 200


class NotYoursError(Refused):
    """Only what one holds can be given, and only to somebody else."""


class GoneError(NotYoursError):
    """The giver has lost it since it was offered."""


class SettledError(Refused):
    """Somebody was first, or the giver took it back."""


class SameTimeError(Refused):
    """A swap is between two times: within one, each would be given back what they gave."""


@dataclass(frozen=True, slots=True)
class Part:
    """One person's duty on a roster for a while, as somebody wants it to change hands."""

    roster: Roster
    giver: User
    taker: User | None
    starts_at: datetime
    ends_at: datetime


@transaction.atomic
def offer(*, parts: Sequence[Part], note: str = "", by: User, at: datetime) -> list[Swap]:
    """Offer the parts together: one, or one and what is wanted in return. Every part is between `by` and the same
    other person, whose word is all it takes; a single part that `by` gives may be open, to anybody on the roster.
    Whoever is asked is told. Raises `PastError`; `SameTimeError`; `NotYoursError` when a giver holds nothing of what
    they would give, or when it is not for `by` to offer."""
    _check_two(parts, by)
    for part in parts:
        if part.ends_at <= at or part.starts_at >= part.ends_at:
            raise PastError(_("This time is over. Choose a shift that is still to come."))
        if not _held(part.giver, part.roster, (max(part.starts_at, at), part.ends_at)):
            words = _("%(name)s has no shift on %(roster)s in that time.")
            raise NotYoursError(words % {"name": part.giver.name, "roster": part.roster.name})
    bundle = uuid.uuid4()
    swaps = [
        Swap.objects.create(
            bundle=bundle,
            roster=part.roster,
            giver=part.giver,
            taker=part.taker,
            starts_at=max(part.starts_at, at),
            ends_at=part.ends_at,
            note=note,
            offered_at=at,
            offered_by=by,
        )
        for part in parts
    ]
    _record(AuditAction.SWAP_OFFERED, swaps, by, at)
    swap_notices.offered(swaps, _asked(swaps, by) or hearers(swaps[0], at=at), by=by, at=at)
    return swaps


def hearers(swap: Swap, *, at: datetime) -> list[User]:
    """Who hears of an offer to all: everybody with a place on the roster against whom nothing speaks."""
    people = list(on_rosters([swap.roster], at=at).exclude(pk=swap.giver_id))
    given = _held(swap.giver, swap.roster, (max(swap.starts_at, at), swap.ends_at))
    span = (given[0][0], given[-1][1]) if given else (swap.starts_at, swap.ends_at)
    found = objections.by_person(people, roster=swap.roster, span=span, at=at)
    return [person for person in people if not found[person.pk]]


def accept(*, bundle: uuid.UUID, acknowledged: bool = False, by: User, at: datetime) -> list[Swap]:
    """Every part changes hands, at once or not at all; an open one is taken by `by`. Whoever offered it and people
    whose shifts change are told. Raises `SettledError` for whoever comes second, `NotYoursError` for somebody who was
    not asked, `ObjectedError` unless `acknowledged`, and `GoneError` when a giver has lost the shift meanwhile: then
    the offer lapses."""
    try:
        return _accept(bundle, acknowledged, by, at)
    except GoneError:
        # In a transaction of its own: the one that was refused is undone.
        lapsing.settle(bundle, at=at)
        raise


@transaction.atomic
def _accept(bundle: uuid.UUID, acknowledged: bool, by: User, at: datetime) -> list[Swap]:
    swaps = _locked(bundle)
    if not swaps or any(swap.state != Swap.State.OFFERED or swap.ends_at <= at for swap in swaps):
        raise SettledError(_("This offer is over: taken by somebody else, taken back, or too late."))
    found = [objection for swap in swaps for objection in _claimed(swap, swaps, by, at)]
    if found and not acknowledged:
        raise ObjectedError(found)
    key, rosters = f"swap:{bundle}", {swap.roster for swap in swaps}
    with telling(*rosters, by=by, at=at, key=key):
        for swap in swaps:
            swap.state, swap.settled_at = Swap.State.ACCEPTED, at
            swap.save(update_fields=["taker", "state", "settled_at", "acknowledged"])
        # Under the key of the news that their shifts changed: one message says both, however far ahead it is.
        swap_notices.answered(
            swaps,
            lambda: _("Your swap is accepted"),
            lambda: _("%(name)s accepts what you offered. Your shifts changed.") % {"name": by.name},
            key=shifts_key(key, swaps[0].offered_by_id),
            at=at,
        )
    _record(AuditAction.SWAP_ACCEPTED, swaps, by, at)
    lapsing.lapse(rosters=rosters, at=at)
    return swaps


@transaction.atomic
def settle(*, bundle: uuid.UUID, by: User, at: datetime) -> list[Swap]:
    """Whoever offered takes it back; whoever was asked declines, and whoever offered is told. Raises `SettledError`,
    `NotYoursError`."""
    swaps = _locked(bundle)
    if not swaps or any(swap.state != Swap.State.OFFERED for swap in swaps):
        raise SettledError(_("This offer is over already."))
    withdrawn = by.pk == swaps[0].offered_by_id
    if not withdrawn and not any(by.pk in (swap.giver_id, swap.taker_id) for swap in swaps):
        raise NotYoursError(_("This was not offered to you."))
    state = Swap.State.WITHDRAWN if withdrawn else Swap.State.DECLINED
    for swap in swaps:
        swap.state, swap.settled_at = state, at
        swap.save(update_fields=["state", "settled_at"])
    if not withdrawn:
        swap_notices.answered(
            swaps,
            lambda: _("Your swap is declined"),
            lambda: (
                _("%(name)s declines what you offered. Your shifts stay as they are.") % {"name": by.name}
            ),
            key=f"swap:{bundle}:declined",
            at=at,
        )
    _record(AuditAction.SWAP_WITHDRAWN if withdrawn else AuditAction.SWAP_DECLINED, swaps, by, at)
    return swaps


@transaction.atomic
def expire(*, at: datetime, most: int = MOST_AT_ONCE) -> int:
    """Offers whose time has passed are over, with everything offered together with them; how many were."""
    late = Swap.objects.filter(state=Swap.State.OFFERED, ends_at__lte=at).order_by("ends_at", "pk")
    bundles = set(late.values_list("bundle", flat=True)[:most])
    # Locked in the order in which `accept` locks them.
    locked = Swap.objects.select_for_update(of=("self",)).filter(bundle__in=bundles, state=Swap.State.OFFERED)
    ended = dict(locked.order_by("pk").values_list("pk", "offered_by_id"))
    for person in set(ended.values()):
        poke_on_commit(person, DUTY)
    return Swap.objects.filter(pk__in=ended).update(state=Swap.State.EXPIRED, settled_at=at)


def _check_two(parts: Sequence[Part], by: User) -> None:
    """Raise unless every part is between `by` and one and the same other: nobody's shift is given without their
    word, and no third person's word is missing."""
    if any(part.taker == part.giver for part in parts):
        raise NotYoursError(_("A swap needs two people. Choose somebody else."))
    others = {part.taker if part.giver == by else part.giver for part in parts}
    if len(others) != 1 or any(by not in (part.giver, part.taker) for part in parts):
        raise NotYoursError(_("Offer a shift of yours, or ask one person for theirs."))
    if others == {None} and len(parts) > 1:
        raise NotYoursError(_("Choose who takes your shift, to ask for theirs in return."))
    for one, two in combinations(parts, 2):
        together = one.starts_at < two.ends_at and two.starts_at < one.ends_at
        if together and one.roster == two.roster and one.giver != two.giver:
            raise SameTimeError(_("Both shifts are at the same time. Ask for one that is not."))


def _claimed(swap: Swap, bundle: Sequence[Swap], by: User, at: datetime) -> list[Objection]:
    """The swap as it would be once `by` takes it, and what speaks against that. What the taker gives in the same bundle
    is not theirs then."""
    taker = swap.taker or by
    if by.pk == swap.offered_by_id or by.pk not in (swap.giver_id, taker.pk) or taker.pk == swap.giver_id:
        raise NotYoursError(_("This was not offered to you."))
    if swap.taker is None and not on_rosters([swap.roster], at=at).filter(pk=by.pk).exists():
        raise NotYoursError(_("This is offered to the people of %(roster)s.") % {"roster": swap.roster.name})
    given = _held(swap.giver, swap.roster, (max(swap.starts_at, at), swap.ends_at))
    if not given:
        raise GoneError(_("%(name)s does not have that shift any more.") % {"name": swap.giver.name})
    # Where the giver has nothing to give, the swap changes nothing, and nothing can speak against it.
    span = given[0][0], given[-1][1]
    given_up = [(it.roster, (it.starts_at, it.ends_at)) for it in bundle if it.giver == taker]
    found = objections.against(taker, roster=swap.roster, span=span, at=at, given_up=given_up)
    swap.taker, swap.acknowledged = taker, [objection.code for objection in found]
    return found


def _locked(bundle: uuid.UUID) -> list[Swap]:
    """The parts of an offer, and their rosters, locked: of two offers of one shift the second finds it given."""
    rows = Swap.objects.select_for_update(of=("self",)).filter(bundle=bundle)
    swaps = list(rows.select_related("roster", "giver", "taker", "offered_by").order_by("pk"))
    rosters = Roster.objects.filter(pk__in=[swap.roster_id for swap in swaps])
    list(rosters.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return sorted(swaps, key=lambda swap: swap.starts_at)


def _held(person: User, roster: Roster, span: Span) -> list[Span]:
    """When within `span` the final schedule has the person on the roster, or would if they were not away: whoever
    takes time off may find somebody for their shift."""
    if span[0] >= span[1]:
        return []
    return held_by(Roster.objects.filter(pk=roster.pk).rules(span)[roster.pk], person.pk, span)


def _asked(swaps: Sequence[Swap], by: User) -> list[User]:
    """Those whose word it takes; an open offer asks nobody in particular, and is shown to all."""
    people = {it.pk: it for swap in swaps for it in (swap.giver, swap.taker) if it and it.pk != by.pk}
    return list(people.values())


def _record(action: AuditAction, swaps: Sequence[Swap], by: User, at: datetime) -> None:
    for swap in swaps:
        audit.record(action=action, by=by, at=at, about=swap.roster, after=told(swap))


def told(swap: Swap) -> dict[str, Any]:
    """A swap as the audit keeps it."""
    return {
        "person": swap.giver.name,
        "stand_in": swap.taker.name if swap.taker else "",
        "starts_at": audit.plain(swap.starts_at),
        "ends_at": audit.plain(swap.ends_at),
    }
