"""A roster as its file: everything it says, the past too, with people by their e-mail addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from accounts.models import Clearance, User
from oncall import rota
from oncall.coverage import Needs
from oncall.files import Facts, Head, Offer, RosterFile
from oncall.layers import YEARS, Layer
from oncall.models import Roster, Swap

# Every instant that a rota can cover.
EVER = datetime(YEARS.start, 1, 1, tzinfo=UTC), datetime(YEARS.stop, 1, 1, tzinfo=UTC)


def file_of(roster: Roster, *, at: datetime) -> RosterFile:
    """The same whenever nothing about the roster has changed. What was ended before it acted is not told; what people
    hold and whether they can be reached is as of `at`."""
    core = Roster.objects.filter(pk=roster.pk).rules(EVER)[roster.pk]
    skills = tuple(skill.rule() for skill in roster.required_skills.all())
    file = RosterFile(
        rota=replace(core, layers=_in_order(roster, core.layers), more_asked=()),
        needs=Needs(depth=roster.depth, skills=skills),
        people={},
        offers=(*(Offer(swap, accepted=True) for swap in core.swaps), *_open_offers(roster)),
        head=_head(roster),
    )
    named = {person for _, person in file.named()}
    marked: Iterable[Any] = User.objects.marked_reachable().filter(pk__in=named)
    people = {person.pk: person for person in marked}
    file = replace(file, people=_facts(people.values(), at=at)).renamed(lambda pk: people[pk].email)
    absences = sorted(set(file.rota.time_off), key=attrgetter("starts_at", "ends_at", "person"))
    return replace(file, rota=replace(file.rota, time_off=tuple(absences)))


def _head(roster: Roster) -> Head:
    return Head(
        slug=roster.slug,
        name=roster.name,
        owner=roster.owner_id,
        is_paged=roster.is_paged,
        is_manager_on_duty=roster.is_manager_on_duty,
        fallback=roster.fallback.slug if roster.fallback else None,
        holiday_site=roster.holiday_site or None,
        holiday_depth=roster.holiday_depth,
    )


def _in_order(roster: Roster, layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """As they were first made, the versions of each together."""
    names = list(dict.fromkeys(roster.layers.order_by("pk").values_list("name", flat=True)))
    return tuple(sorted(layers, key=lambda it: (names.index(it.name), it.effective_from or EVER[0])))


def _open_offers(roster: Roster) -> Iterator[Offer]:
    """Linked ones beside each other, that of whoever made them first: the other has still to say yes."""
    offers = list(roster.swaps.filter(state=Swap.State.OFFERED).select_related("giver", "taker"))
    sizes = Counter(offer.bundle for offer in offers)
    offers.sort(key=lambda it: (it.bundle, it.giver_id != it.offered_by_id, it.starts_at, it.giver.email))
    bundles = [list(those) for _, those in groupby(offers, key=attrgetter("bundle"))]
    number = 0
    for bundle in sorted(bundles, key=lambda those: [_told(it) for it in those]):
        number += sizes[bundle[0].bundle] > 1
        for it in bundle:
            swap = rota.Swap(giver=it.giver_id, taker=it.taker_id, starts_at=it.starts_at, ends_at=it.ends_at)
            yield Offer(swap, accepted=False, bundle=str(number) if len(bundle) > 1 else None)


def _told(swap: Swap) -> tuple[datetime, datetime, str, str]:
    return swap.starts_at, swap.ends_at, swap.giver.email, swap.taker.email if swap.taker else ""


def _facts(people: Iterable[Any], *, at: datetime) -> dict[int, Facts]:
    """By address."""
    held: dict[int, list[str]] = {}
    for person_id, kind in (
        Clearance.objects.filter(person__in=people).valid(at=at).values_list("person_id", "kind")
    ):
        held.setdefault(person_id, []).append(kind)
    return {
        person.pk: Facts(
            clearances=tuple(sorted(set(held.get(person.pk, ())))),
            languages=tuple(person.languages),
            reachable=person.is_reachable,
        )
        for person in sorted(people, key=attrgetter("email"))
    }
