"""Offers of swaps as people see them: everything that changes hands together is one offer."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import User
from oncall import words
from oncall.models import Roster, Swap
from oncall.swapped import duties_of


@dataclass(frozen=True, slots=True)
class Offer:
    """Swaps of one bundle, soonest first, with the duties that each is about."""

    swaps: list[Swap]
    duties: dict[uuid.UUID, list[str]] = field(default_factory=dict)

    @property
    def parts(self) -> list[tuple[Swap, str]]:
        """Each swap, and what it is called that changes hands: `Desk · Primary`."""
        return [(swap, words.post(swap.roster, self.duties.get(swap.pk, ()))) for swap in self.swaps]

    @property
    def kind(self) -> str:
        return kind_of(self.swaps)

    @property
    def bundle(self) -> uuid.UUID:
        return self.swaps[0].bundle

    @property
    def by(self) -> User:
        return self.swaps[0].offered_by

    @property
    def note(self) -> str:
        return self.swaps[0].note

    @property
    def state(self) -> str:
        return self.swaps[0].state

    @property
    def is_open(self) -> bool:
        """To anybody on the roster."""
        return self.swaps[0].taker_id is None

    @property
    def other(self) -> User | None:
        """Who was asked; nobody in particular, where it is open."""
        swap = self.swaps[0]
        return swap.giver if swap.taker_id == swap.offered_by_id else swap.taker

    @property
    def ends_at(self) -> datetime:
        return max(swap.ends_at for swap in self.swaps)


@dataclass(frozen=True, slots=True)
class Offers:
    """Those of one person: waiting for their word, made by them, open to them with others, and agreed on."""

    to_me: list[Offer]
    by_me: list[Offer]
    open: list[Offer]
    agreed: list[Offer]


def of_person(person: User, *, at: datetime) -> Offers:
    """What can still be taken, and what was and is still to come. Ten queries at most."""
    mine = Swap.objects.of_person(person.pk).filter(state__in=["offered", "accepted"], ends_at__gt=at)
    free = Swap.objects.offered(at=at).filter(
        taker=None, roster__in=Roster.objects.rotating(person.pk, at=at)
    )
    offers = bundled(mine) + [it for it in bundled(free) if it.by != person]
    offered = [it for it in offers if it.state == Swap.State.OFFERED]
    return Offers(
        to_me=[it for it in offered if it.by != person and not it.is_open],
        by_me=[it for it in offered if it.by == person],
        open=[it for it in offered if it.by != person and it.is_open],
        agreed=[it for it in offers if it.state == Swap.State.ACCEPTED],
    )


def waiting_for(person_id: int | None, *, at: datetime) -> list[Offer]:
    """Those that somebody asked this very person about. One query, and four more if there are any."""
    asked = Swap.objects.offered(at=at).of_person(person_id).exclude(offered_by=person_id)
    return bundled(asked)


def one(bundle: uuid.UUID, person: User, *, at: datetime) -> Offer | None:
    """The offer, if this person made it, was asked, or could take it."""
    swaps = Swap.objects.filter(bundle=bundle)
    known = swaps.filter(pk__in=Swap.objects.of_person(person.pk).values("pk")) | swaps.filter(
        taker=None, roster__in=Roster.objects.rotating(person.pk, at=at)
    )
    return next(iter(bundled(swaps)), None) if known.exists() else None


def bundled(swaps: Iterable[Swap]) -> list[Offer]:
    """One query, and four more if there are any."""
    found: dict[uuid.UUID, list[Swap]] = {}
    rows = list(swaps.with_names().order_by("starts_at", "pk"))  # type: ignore[attr-defined]
    for swap in rows:
        found.setdefault(swap.bundle, []).append(swap)
    duties = duties_of(rows)
    return [Offer(those, duties) for those in found.values()]


def kind_of(swaps: Sequence[Swap]) -> str:
    """`give`: whoever offers gives a shift; `ask`: they would take one; `swap`: both."""
    gives = {swap.giver_id == swap.offered_by_id for swap in swaps}
    return "swap" if len(gives) > 1 else ("give" if True in gives else "ask")
