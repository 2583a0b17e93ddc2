"""Telling people what an edit did to their shifts. Whatever changes a schedule does it inside `telling`: the final
schedule before and after says whom it concerns, so no edit can forget somebody."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions import messages
from accounts.models import Message, User
from accounts.poke import poke_on_commit
from oncall import words
from oncall.models import Roster
from oncall.rota import schedule
from oncall.spans import Span, minus, union

# An edit is told for what it changes within this time; what lies further ahead is looked up long before it comes.
OUTLOOK = timedelta(days=35)
DUTY = "duty"

# A mail lists so much of what changed.
MOST_LINES = 6
# The same words again within this time are of the same change, pressed twice.
TWICE = timedelta(seconds=1)

# (roster, duty) -> when somebody is on it; by person.
Hours = dict[tuple[int, str], list[Span]]
Shifts = dict[int, Hours]


@dataclass(frozen=True, slots=True, order=True)
class News:
    """Time on a duty that is gone, or new."""

    starts_at: datetime
    ends_at: datetime
    is_new: bool
    roster: int
    duty: str


@contextmanager
def telling(*rosters: Roster, by: User | None, at: datetime, key: str) -> Iterator[None]:
    """Do the edit within; whoever then has other shifts than before hears of it once, under `key`, in the same
    transaction. Whoever made the edit knows."""
    span = at, at + OUTLOOK
    before = _shifts(rosters, span)
    yield
    after = _shifts(rosters, span)
    changed = {one for one in before.keys() | after.keys() if before.get(one) != after.get(one)}
    named = {roster.pk: roster for roster in rosters}
    for person in User.objects.filter(pk__in=changed, is_active=True):
        poke_on_commit(person.pk, DUTY)
        if by is None or person.pk != by.pk:
            news = _news(before.get(person.pk, {}), after.get(person.pk, {}))
            _tell(person, news, named, span[1], shifts_key(key, person.pk), at)


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


def _news(before: Hours, after: Hours) -> list[News]:
    """Soonest first."""
    found = []
    for key in before.keys() | after.keys():
        old, new = before.get(key, []), after.get(key, [])
        for is_new, those, others in ((False, old, new), (True, new, old)):
            left = (part for span in those for part in minus(span, others))
            found += [News(start, end, is_new, *key) for start, end in left]
    return sorted(found)


def _tell(
    person: User, news: list[News], rosters: dict[int, Roster], until: datetime, key: str, at: datetime
) -> None:
    """`until` is where the look ended: what lasts until then has no end that is known."""
    with translation.override(person.language):
        names = words.together([roster.name for roster in rosters.values()])
        said = [_("Your shifts on %(roster)s are not as they were.") % {"roster": names}]
        for it in news[:MOST_LINES]:
            end = None if it.ends_at == until else it.ends_at
            what = f"{words.post(rosters[it.roster], [it.duty])}, {words.hours(it.starts_at, end, person)}"
            said.append((_("New: %(what)s") if it.is_new else _("Gone: %(what)s")) % {"what": what})
        if len(news) > MOST_LINES:
            more = len(news) - MOST_LINES
            said.append(ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more})
        text = "\n".join(said)
    just_now = Message.objects.filter(to=person, text=text, created_at__gt=at - TWICE)
    if not just_now.exists():
        notify(to=person, subject=lambda: _("Your shifts changed"), text=lambda: text, key=key, at=at)


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
