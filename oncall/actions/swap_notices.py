"""What people hear of swaps, in mails that say which duty it is about, and from when to when."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from oncall import offers, words
from oncall.actions.duty_notices import notify
from oncall.models import Swap
from oncall.swapped import duties_of


def offered(swaps: Sequence[Swap], people: Iterable[User], *, by: User, at: datetime) -> None:
    """Whoever is asked, and everybody whom an offer to all suits."""
    kind = "all" if swaps[0].taker_id is None else offers.kind_of(swaps)
    parts = offers.Offer(list(swaps), duties_of(swaps)).parts
    for person in people:
        notify(
            to=person,
            subject=lambda: _subject(kind),
            text=lambda reader=person: _lines(_asking(kind) % {"name": by.name}, parts, reader),  # type: ignore[misc]
            key=f"swap:{swaps[0].bundle}:{person.pk}",
            at=at,
        )


def answered(
    swaps: Sequence[Swap], subject: Callable[[], str], text: Callable[[], str], *, key: str, at: datetime
) -> None:
    """Tell whoever offered it what became of it."""
    person = swaps[0].offered_by
    parts = offers.Offer(list(swaps), duties_of(swaps)).parts
    notify(to=person, subject=subject, text=lambda: _lines(text(), parts, person), key=key, at=at)


def _subject(kind: str) -> str:
    return {
        "all": _("A shift is offered to all"),
        "give": _("A shift is offered to you"),
        "ask": _("You are asked for your shift"),
        "swap": _("You are asked to swap"),
    }[kind]


def _asking(kind: str) -> str:
    return {
        "all": _("%(name)s offers a shift to all. Take it if it suits you."),
        "give": _("%(name)s offers you a shift. Take it or decline."),
        "ask": _("%(name)s asks for your shift. Give it or decline."),
        "swap": _("%(name)s asks you to swap. Accept or decline."),
    }[kind]


def _lines(said: str, parts: Sequence[tuple[Swap, str]], reader: User) -> str:
    lines = [said]
    for swap, post in parts:
        way = _("You give: %(what)s") if swap.giver_id == reader.pk else _("You take: %(what)s")
        lines.append(way % {"what": f"{post}, {words.hours(swap.starts_at, swap.ends_at, reader)}"})
    return "\n".join(lines)
