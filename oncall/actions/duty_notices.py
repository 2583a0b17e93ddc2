"""Telling people what an edit did to their shifts. Whatever changes a schedule does it inside `telling`: the final
schedule before and after says whom it concerns, so no edit can forget somebody."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actions import messages
from accounts.models import Message, User
from accounts.poke import poke_on_commit
from oncall.models import Roster
from oncall.rota import schedule
from oncall.spans import Span, union

# An edit is told for what it changes within this time; what lies further ahead is looked up long before it comes.
OUTLOOK = timedelta(days=35)
DUTY = "duty"

# Person -> (roster, duty) -> when they are on it.
Shifts = dict[int, dict[tuple[int, str], list[Span]]]


@contextmanager
def telling(*rosters: Roster, by: User | None, at: datetime, key: str) -> Iterator[None]:
    """Do the edit within; whoever then has other shifts than before hears of it once, under `key`, in the same
    transaction. Whoever made the edit knows."""
    span = at, at + OUTLOOK
    before = _shifts(rosters, span)
    yield
    after = _shifts(rosters, span)
    changed = {one for one in before.keys() | after.keys() if before.get(one) != after.get(one)}
    for person in User.objects.filter(pk__in=changed, is_active=True):
        poke_on_commit(person.pk, DUTY)
        if by is None or person.pk != by.pk:
            notify(
                to=person,
                subject=lambda: _("Your shifts changed"),
                text=lambda: (
                    _("Your shifts on %(roster)s are not as they were. Look them up.")
                    % {"roster": ", ".join(roster.name for roster in rosters)}
                ),
                key=shifts_key(key, person.pk),
                at=at,
            )


def shifts_key(key: str, person_id: int) -> str:
    """Under which somebody hears of an edit, once: a caller with more to say to them says it under this key first."""
    return f"shifts:{key}:{person_id}"


def notify(
    *,
    to: User,
    subject: Callable[[], object],
    text: Callable[[], object],
    key: str,
    at: datetime,
    link_to: str = "shifts_link",
    link_label: Callable[[], object] = lambda: _("Your shifts"),
) -> bool:
    """A notice in the person's own language, once a key; whether there was a way to send it. Somebody without one is
    shown as such on the roster, and misses this."""
    poke_on_commit(to.pk, DUTY)
    with translation.override(to.language):
        words: dict[str, Any] = {
            "subject": str(subject()),
            "text": str(text()),
            "link_label": str(link_label()),
        }
    try:
        messages.send(to=to, urgency=Message.Urgency.NOTICE, link_to=link_to, dedupe_key=key, at=at, **words)
    except messages.UnreachableError:
        return False
    return True


def not_told(keys: Iterable[str]) -> set[str]:
    """Those under which nothing was sent yet. A sweep asks before it finds words: what is due stays due for hours."""
    keys = set(keys)
    return keys.difference(Message.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True))


def _shifts(rosters: tuple[Roster, ...], span: Span) -> Shifts:
    """Each person's hours on each duty of the rosters, joined over layers and over who is on beside them: who
    stands in for whom is no news to somebody whose own hours stay."""
    found: Shifts = {}
    rules = Roster.objects.filter(pk__in=[roster.pk for roster in rosters]).rules(span)
    for pk, core in rules.items():
        for shift in schedule(core, *span).shifts:
            for person in shift.people:
                mine = found.setdefault(person, {}).setdefault((pk, shift.duty), [])
                mine.append((shift.starts_at, shift.ends_at))
    return {
        person: {duty: union(spans) for duty, spans in duties.items()} for person, duties in found.items()
    }
