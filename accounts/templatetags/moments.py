"""Times as people read them: in the viewer's zone, with the date once it is not today, UTC in the title.
Spans carry the absolute time in theirs."""

from datetime import UTC, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

register = template.Library()

_LATE = SafeString(" data-late")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@register.simple_tag(takes_context=True)
def moment(context, at: datetime) -> SafeString:
    """A clock time: `14:05`, `9 Mar, 14:05` once it is not today, with the year once it is not this one."""
    return _time(at, _absolute(at, _now(context)))


@register.simple_tag(takes_context=True)
def instant(context, at: datetime) -> SafeString:
    """The same to the second, where it is not a whole minute: for what follows on another thing within one."""
    return _time(at, to_the_second(at, _now(context)))


def to_the_second(at: datetime, now: datetime) -> str:
    """`14:05`, `14:05:30`; `9 Mar, 14:05:30` on another day than `now`, with the year in another year."""
    here, today = localtime(at), localtime(now)
    clock = date_format(here, "H:i:s" if here.second else "H:i")
    if here.date() == today.date():
        return clock
    same_year = here.year == today.year
    day = pgettext("date format", "j M") if same_year else pgettext("date format", "j M Y")
    return f"{date_format(here, day)}, {clock}"


@register.simple_tag(takes_context=True)
def age(context, since: datetime) -> SafeString:
    """How long ago: `now`, `12 min`, `3 h 5 min`, `4 d`."""
    now = _now(context)
    return _time(since, span(now - since), now=now, kind="age")


@register.simple_tag(takes_context=True)
def due(context, at: datetime) -> SafeString:
    """How long until: `in 12 min`; once it has passed, `12 min late`."""
    now = _now(context)
    words = _("in %(span)s") if at >= now else _("%(span)s late")
    return _time(at, words % {"span": span(abs(at - now))}, now=now, kind="due")


@register.simple_tag
def stretch(starts_at: datetime, ends_at: datetime | None) -> SafeString:
    """From when to when, with weekdays, the day said once: `Sun 22 Nov, 09:00 – 17:00`. No end: `from …`."""
    day = pgettext("date format", "D j M, H:i")
    begin = _time(starts_at, date_format(localtime(starts_at), day))
    if ends_at is None:
        return format_html(_("from {}"), begin)
    same_day = localtime(starts_at).date() == localtime(ends_at).date()
    return format_html(
        "{} – {}", begin, _time(ends_at, date_format(localtime(ends_at), "H:i" if same_day else day))
    )


@register.filter
def place(zone: str) -> str:
    """The city of an IANA zone: `Los Angeles`."""
    return zone.rpartition("/")[2].replace("_", " ")


@register.simple_tag
def utc(at: datetime) -> str:
    return date_format(at.astimezone(UTC), pgettext("date format", "j M Y, H:i:s")) + " UTC"


def span(length: timedelta) -> str:
    minutes = int(length / MINUTE)
    if length < MINUTE:
        return _("under 1 min")
    if length < HOUR:
        return _("%(minutes)s min") % {"minutes": minutes}
    if length < 2 * DAY:
        return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}
    return _("%(days)s d") % {"days": length // DAY}


def _now(context) -> datetime:
    return context["subject"].at if context.get("subject") else timezone.now()


def _absolute(at: datetime, now: datetime) -> str:
    here, today = localtime(at), localtime(now)
    if here.date() == today.date():
        return date_format(here, "H:i")
    if here.year == today.year:
        return date_format(here, pgettext("date format", "j M, H:i"))
    return date_format(here, pgettext("date format", "j M Y, H:i"))


def _time(at: datetime, words: str, *, now: datetime | None = None, kind: str = "") -> SafeString:
    late = _LATE if kind == "due" and now and now > at else ""
    title = f"{_absolute(at, now)} ({utc(at)})" if now else utc(at)
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        at.astimezone(UTC).isoformat(timespec="seconds"),
        title,
        format_html(' data-span="{}"{}', kind, late) if kind else "",
        words,
    )
