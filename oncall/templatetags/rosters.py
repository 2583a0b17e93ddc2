"""What the screens of roster admins need: layers and needs in words, and what reaches into a week."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import template
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from accounts.templatetags.moments import span
from oncall import words
from oncall.calendars import HOUR, Period
from oncall.models import DutyName, Layer, RequiredSkill
from oncall.outlook import Line
from oncall.wallclock import ZERO

register = template.Library()

TONES = {"gap": "urgent"}


@register.filter
def duty_name(duty: str) -> str:
    return str(DutyName(duty).label) if duty else ""


@register.filter
def sentences(layer: Layer) -> list[str]:
    return words.layer(layer)


@register.filter
def groups(layer: Layer) -> list[list[User]]:
    """Who takes turns, in order; none of it is a query after `with_people()`."""
    found: dict[int, list[User]] = {}
    for place in layer.participants.all():
        found.setdefault(place.group, []).append(place.person)
    return list(found.values())


@register.filter
def required(skill: RequiredSkill) -> str:
    return words.required(skill.rule())


@register.filter
def skill_names(codes: Iterable[str]) -> str:
    return ", ".join(words.skill(code) for code in codes)


@register.filter
def reaching(items: Iterable[Any], period: Period) -> list[Any]:
    """Those that last into a week or a month."""
    return [it for it in items if it.starts_at < period.ends_at and it.ends_at > period.starts_at]


@register.filter
def of_kind(lines: Iterable[Line], kind: str) -> list[Line]:
    return [line for line in lines if line.kind == kind]


@register.filter
def initials(people: Iterable[User]) -> str:
    return ", ".join(person.initials for person in people)


@register.filter
def tone(kind: str) -> str:
    return TONES.get(kind, "warn")


@register.filter
def kind_name(kind: str) -> str:
    """What a finding is called where there is room for a word."""
    names = {
        "gap": _("Gap"),
        "thin": _("Thin"),
        "unskilled": _("Skill missing"),
        "empty": _("Empty shift"),
        "rest": _("Rest"),
        "double": _("Twice on duty"),
    }
    return names[kind]


@register.filter
def strained(line: Line) -> str:
    """Which rule about rest is not kept, in numbers."""
    return words.strain(line.reason, line.have, line.need)


@register.filter
def posts(line: Line) -> str:
    """Where somebody is on duty at once: `Duty (primary) and Manager on duty (primary)`."""
    return words.posts(line.posts)


@register.filter
def counted(kind: tuple[str, int]) -> str:
    """`2 gaps`, of a kind and how many there are."""
    name, n = kind
    forms = {
        "gap": ngettext("%(n)s gap", "%(n)s gaps", n),
        "thin": ngettext("%(n)s thin stretch", "%(n)s thin stretches", n),
        "unskilled": ngettext("%(n)s stretch without a skill", "%(n)s stretches without a skill", n),
        "rest": ngettext("%(n)s rest rule not kept", "%(n)s rest rules not kept", n),
        "double": ngettext("%(n)s time twice on duty", "%(n)s times twice on duty", n),
    }
    return forms[name] % {"n": n}


@register.filter
def lasting(line: Any) -> str:
    """How long something lasts: `3 h 30 min`."""
    return span(line.ends_at - line.starts_at)


@register.filter
def hours(time: timedelta) -> str:
    """An amount of time in hours, `12.5 h`; a dash for none."""
    if not time:
        return "–"
    number = number_format(time / HOUR, 0 if time % HOUR == ZERO else 1)
    return _("%(hours)s h") % {"hours": number}


@register.filter
def percent(parts: int) -> str:
    """Parts in a thousand as `99.4 %`, in the reader's own writing."""
    return f"{number_format(parts / 10, 0 if parts % 10 == 0 else 1)} %"


@register.filter
def month_name(period: Period) -> str:
    return date_format(period.on, pgettext("date format", "F Y"))
