"""What a policy does, and what a route asks for, as sentences."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from incidents.choices import Severity, Source
from incidents.taxonomy import HARM_TYPES
from oncall.models import DutyName

DAY, HOUR, MINUTE = 86400, 3600, 60


def wait(seconds: int) -> str:
    """`45 s`, `5 min`, `2 min 30 s`, `1 h 30 min`, `2 d`: the two largest units that count."""
    units = (
        (DAY, _("%(n)s d")),
        (HOUR, _("%(n)s h")),
        (MINUTE, _("%(n)s min")),
        (1, _("%(n)s s")),
    )
    parts, left = [], seconds
    for size, words in units:
        if left >= size:
            parts.append(words % {"n": left // size})
            left %= size
    return " ".join(parts[:2]) or _("%(n)s s") % {"n": 0}


def together(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def policy(steps: Sequence[tuple[int | None, Sequence[str]]]) -> list[str]:
    """One sentence for each step and one for the end. A step is how long it waits (None while that cannot be
    read) and the names of whom it pages."""
    said, before = [], None
    for number, (delay, names) in enumerate(steps):
        who = together(names) or _("nobody yet")
        if number == 0:
            said.append(_("First, %(who)s.") % {"who": who})
        else:
            said.append(_("After %(wait)s, %(who)s.") % {"wait": _wait(before), "who": who})
        before = delay
    if said:
        end = _("After %(wait)s more nobody is left to ask: it stays red until somebody acknowledges.")
        said.append(end % {"wait": _wait(before)})
    return said


def _wait(seconds: int | None) -> str:
    return _("some time") if seconds is None else wait(seconds)


def on_duty(roster: str, duty: str) -> str:
    """`Duty (primary)`: whoever holds a roster's duty at that moment."""
    return _("%(roster)s (%(duty)s)") % {"roster": roster, "duty": str(DutyName(duty).label).lower()}


def everyone_on(roster: str) -> str:
    return _("everyone on %(roster)s") % {"roster": roster}


def function_on_call(function: str) -> str:
    return _("%(function)s on call") % {"function": function}


def passed(why: str) -> str:
    """Why a step would be passed over."""
    return {
        "hours": _("not taken at this time"),
        "nobody": _(
            "nobody there can be asked: a gap, not cleared, not the language, or no way to reach them"
        ),
        "asked": _("everybody there is being asked already"),
    }[why]


def severities(values: Iterable[int]) -> str:
    return ", ".join(str(Severity(value).label) for value in sorted(values))


def harm_types(codes: Iterable[str]) -> str:
    return ", ".join(code for code in HARM_TYPES if code in set(codes))


def conditions(
    severity: Iterable[int],
    harm: Iterable[str],
    region: Iterable[str],
    language: Iterable[str],
    source: Iterable[str] = (),
) -> str:
    """`SEV0, SEV1 · CS1, CS2`; or that there are none."""
    doors = ", ".join(str(Source(code).label) if code in Source.values else code for code in source)
    parts = [severities(severity), harm_types(harm), ", ".join(region), ", ".join(language), doors]
    return " · ".join(part for part in parts if part) or pgettext("route", "anything")
