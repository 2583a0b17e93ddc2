"""What the on-duty page's own templates need: where a bar stands, who is on at a moment, times with weekdays."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.templatetags.moments import place, utc
from oncall import agenda, handoffs
from oncall.calendars import WEEK, Period, clock_changes
from oncall.layers import OVERRIDE
from oncall.models import DutyName
from oncall.querysets import Lane, Stint

register = template.Library()


@register.filter
def label(lane: Lane) -> str:
    """What a lane is called beside its roster's name: its duty or its layer."""
    if lane.duty:
        return str(DutyName(lane.duty).label)
    return _("By hand") if lane.layer == OVERRIDE else lane.layer


@register.filter
def names(people: Iterable[User]) -> str:
    return ", ".join(person.name for person in people)


@register.filter
def at(lane: Lane, moment: datetime) -> Stint | None:
    return lane.at(moment)


@register.filter
def after(lane: Lane, moment: datetime) -> Stint | None:
    return lane.after(moment)


@register.filter
def on_the_day_of(lane: Lane, moment: datetime) -> Stint | None:
    """The lane's stint of the roster's own date at this moment, over or still to come. Whoever looks from
    another continent asks who is at work there today."""
    zone = lane.roster.tz
    today = moment.astimezone(zone).date()
    return next((it for it in lane.stints if it.starts_at.astimezone(zone).date() == today), lane.at(moment))


@register.filter
def after_today(lane: Lane, moment: datetime) -> Stint | None:
    """What follows the stint of today, begun or not."""
    today = on_the_day_of(lane, moment)
    return lane.after(max(moment, today.starts_at) if today else moment)


@register.filter
def holds(stint: Stint, person_id: int) -> bool:
    return stint.holds(person_id)


@register.filter
def ends_soon(stint: Stint, moment: datetime) -> bool:
    """Whether there is something to hand over."""
    return stint.ends_at <= moment + handoffs.AHEAD


@register.filter
def misses(stint: Stint, person_id: int) -> bool:
    return stint.misses(person_id)


@register.filter
def lets_off(stint: Stint, person_id: int) -> bool:
    return stint.lets_off(person_id)


@register.filter
def concerns(stint: Stint, person_id: int) -> bool:
    return stint.concerns(person_id)


@register.simple_tag(takes_context=True)
def shift_url(context, lane: Lane, stint: Stint) -> str:
    """Where a stint is looked at and changed; one that has begun and is not over is found at this minute."""
    moment, at = stint.starts_at, context["subject"].at
    minute = at.replace(second=0, microsecond=0)
    if moment < minute and at < stint.ends_at:
        moment = minute
    query = urlencode({"lane": lane.duty or lane.layer, "at": moment.isoformat()})
    return f"{reverse('shift', args=[lane.roster.slug])}?{query}"


@register.simple_tag
def shift_words(lane: Lane, stint: Stint) -> str:
    """A stint in one line, for those who hear the calendar."""
    form = pgettext("date format", "D j M, H:i")
    who = names(stint.people) or _("Nobody")
    told = [who, f"{lane.roster.name} · {label(lane)}"]
    if not stint.is_open_before:
        told.append(_("from %(time)s") % {"time": date_format(localtime(stint.starts_at), form)})
    if not stint.is_open_after:
        told.append(_("until %(time)s") % {"time": date_format(localtime(stint.ends_at), form)})
    return ", ".join(told)


@register.simple_tag
def around_rows(plans: list[agenda.DayPlan]) -> list[dict[str, Any]]:
    """Holidays, who is away, and who is at which office, as rows over the days; none for what no day has. Each day
    is told as pairs: a heading, or none, and what stands under it."""
    sites = sorted({site for plan in plans for site in plan.around.office})
    rows: list[tuple[str, str, list[list[tuple[str, str]]]]] = [
        (
            _("Holidays"),
            "",
            [[(name, ", ".join(at)) for name, at in it.around.holidays.items()] for it in plans],
        ),
        (_("Away"), "", [_named(it.around.away) for it in plans]),
        *(
            (_("At the office"), site, [_named(it.around.office.get(site, [])) for it in plans])
            for site in sites
        ),
    ]
    return [
        {"label": word, "site": site, "cells": list(zip(plans, cells, strict=True))}
        for word, site, cells in rows
        if any(cells)
    ]


def _named(people: list[User]) -> list[tuple[str, str]]:
    return [("", person.name) for person in people]


@register.filter
def office_words(office: dict[str, list[User]]) -> str:
    """`Dublin: Aisling Byrne; San Jose: …`."""
    return "; ".join(f"{site}: {names(people)}" for site, people in office.items())


@register.filter
def within(lane: Lane, period: Period) -> list[Stint]:
    return list(agenda.within(lane, period))


@register.filter
def covers(period: Period, moment: datetime) -> bool:
    return period.starts_at <= moment < period.ends_at


@register.filter
def title(period: Period) -> str:
    """`16 – 22 November 2026`, saying a month and a year once where once is enough; of more days, the month."""
    first, last = period.days[0].on, period.days[-1].on
    whole = pgettext("date format", "j F Y")
    if len(period.days) > WEEK:
        return date_format(period.on, pgettext("date format", "F Y"))
    start = whole if first.year != last.year else pgettext("date format", "j F")
    if (first.year, first.month) == (last.year, last.month):
        start = "j"
    return f"{date_format(first, start)} – {date_format(last, whole)}"


@register.filter
def day_name(day: date) -> str:
    return date_format(day, pgettext("date format", "l j F"))


@register.filter
def crew(lane: Lane, period: Period) -> list[User]:
    """Everyone on the lane within the period, once."""
    return list({person.pk: person for it in agenda.within(lane, period) for person in it.people}.values())


@register.filter
def missing(stint: Stint, lane: Lane) -> int:
    """How many are on duty too few."""
    return lane.roster.depth - len(stint.people)


@register.simple_tag
def bar(period: Period, starts_at: datetime, ends_at: datetime) -> SafeString:
    """Where something lasts from and how long, as SVG attributes: true to elapsed time, to the second."""
    left = period.percent(starts_at)
    return format_html('x="{}" width="{}"', _share(left), _share(period.percent(ends_at) - left))


@register.simple_tag
def stands(period: Period, moment: datetime) -> SafeString:
    """A vertical line at an instant, as SVG attributes."""
    left = _share(period.percent(moment))
    return format_html('x1="{}" x2="{}"', left, left)


@register.simple_tag(takes_context=True)
def clock(context, moment: datetime, *, bare: bool = False) -> SafeString:
    """`09:00`, with weekday and date once it is not the viewer's today, unless `bare`."""
    here = localtime(moment)
    is_today = here.date() == localtime(context["subject"].at).date()
    form = "H:i" if bare or is_today else pgettext("date format", "D j M, H:i")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.astimezone(UTC).isoformat(timespec="seconds"),
        utc(moment),
        date_format(here, form),
    )


@register.simple_tag(takes_context=True)
def clock_notes(context, period: Period, groups: list[list[Lane]]) -> list[str]:
    """A sentence for each zone of the viewer or a roster whose clocks change within the period."""
    own = context["user"].zone
    zones = {own.key: own} | {lane.roster.zone: lane.roster.tz for lanes in groups for lane in lanes}
    span = period.starts_at, period.ends_at
    return [
        _clock_note(zone, day, jump)
        for zone, tz in sorted(zones.items())
        for day, jump in clock_changes(span, tz)
    ]


def _share(percent: float) -> str:
    """With a point in every language: SVG knows no decimal comma."""
    return f"{percent:.4f}%"


def _clock_note(zone: str, day: date, jump: timedelta) -> str:
    words = {"place": place(zone), "day": date_format(day, pgettext("date format", "D j M"))}
    if jump > timedelta():
        return _("Clocks go forward in %(place)s on %(day)s.") % words
    return _("Clocks go back in %(place)s on %(day)s.") % words
