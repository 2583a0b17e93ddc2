"""What a policy does, and what a route asks for, as sentences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import Clearance
from escalations.ladder import Step
from incidents.choices import Severity, Source
from incidents.taxonomy import HARM_TYPES
from oncall.models import DutyName
from oncall.words import weekdays

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


@dataclass(frozen=True, slots=True)
class StepWords:
    """How long a step waits (None while that cannot be read), the names of whom it pages, and what else it asks."""

    delay: int | None
    names: Sequence[str]
    asks: str = ""


def policy(
    steps: Sequence[StepWords], *, repeats: int = 0, repeat_from: int = 0, last: str = ""
) -> list[str]:
    """One sentence for each step, one for the repeats and one for the end, which is the `last` roster's if it is
    named."""
    said, before = [], None
    for number, step in enumerate(steps):
        delay, who = step.delay, together(step.names) or _("nobody yet")
        if step.asks:
            who = f"{who} ({step.asks})"
        if number == 0:
            said.append(_("First, %(who)s.") % {"who": who})
        else:
            said.append(_("After %(wait)s, %(who)s.") % {"wait": _wait(before), "who": who})
        before = delay
    if not said:
        return said
    if repeats:
        again = ngettext(
            "Then it starts again at step %(step)s, once.",
            "Then it starts again at step %(step)s, %(repeats)s times.",
            repeats,
        )
        said.append(again % {"step": repeat_from + 1, "repeats": repeats})
    told = {"wait": _wait(before), "last": last}
    if last:
        end = _(
            "After %(wait)s more, whoever is on %(last)s, then everyone with a place on it; it stays red until "
            "somebody acknowledges."
        )
    else:
        end = _(
            "After %(wait)s more the manager on duty, then everyone with a place there, where a roster of managers is "
            "on duty; it stays red until somebody acknowledges."
        )
    said.append(end % told)
    return said


def asks(step: Step) -> str:
    """`only Mon – Fri, 09:00–17:00 (Dublin), cleared for Child safety, speaking ru`; empty where it asks nothing."""
    hours = [weekdays(step.weekdays)] if step.weekdays is not None else []
    if step.window_start:
        hours.append(f"{step.window_start}–{step.window_end}")
    parts = []
    if hours:
        zone = step.zone.rpartition("/")[2].replace("_", " ")
        parts.append(_("only %(hours)s, %(zone)s time") % {"hours": ", ".join(hours), "zone": zone})
    if step.clearance:
        kinds = dict(Clearance.Kind.choices)
        parts.append(
            _("cleared for %(clearance)s") % {"clearance": kinds.get(step.clearance, step.clearance)}
        )
    if step.language:
        parts.append(_("speaking %(language)s") % {"language": step.language})
    return ", ".join(parts)


def _wait(seconds: int | None) -> str:
    return _("some time") if seconds is None else wait(seconds)


def on_duty(roster: str, duty: str) -> str:
    """`Duty (primary)`: whoever holds a roster's duty at that moment."""
    return _("%(roster)s (%(duty)s)") % {"roster": roster, "duty": str(DutyName(duty).label).lower()}


def everyone_on(roster: str) -> str:
    return _("everyone on %(roster)s") % {"roster": roster}


def function_on_call(function: str) -> str:
    return _("%(function)s on call") % {"function": function}


def off_call(function: str) -> str:
    return _("%(function)s (nobody is on call)") % {"function": function}


def passed(why: str) -> str:
    """Why a step would be passed over."""
    return {
        "hours": _("not taken at this time"),
        "nobody": _(
            "nobody there can be asked: a gap, not cleared, not the language, or no way to reach them"
        ),
        "gap": _("nobody is on duty there"),
        "unreachable": _("nobody there could be asked"),
        "clearance": _("nobody there is cleared for it"),
        "language": _("nobody there who is cleared speaks the language"),
        "asked": _("everybody there who can be asked is being asked already"),
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


def ended(because: str) -> str:
    """Why a run or a page ended, or an attempt was not needed any more."""
    return {
        "acknowledged": _("it was acknowledged"),
        "active": _("the incident was accepted"),
        "declined": _("the incident was declined"),
        "merged": _("the incident was merged"),
        "resolved": _("the incident was resolved"),
        "superseded": _("the severity rose and another policy took over"),
        "unreachable": _("no way to reach them was left"),
        "withheld": _("they may no longer know of the incident"),
        "asked_again": _("they were asked again"),
        "taken_back": _("it was taken back"),
        "handed_on": _("it was handed on"),
    }.get(because, because)
