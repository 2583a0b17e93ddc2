"""Words for one shift and what is mine: what was changed by hand, when somebody is away, whom a swap is with."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Clearance, User
from accounts.templatetags.moments import stretch, utc
from oncall.calendars import MIDNIGHT
from oncall.models import Override, Swap, TimeOff
from oncall.offers import Offer
from oncall.wallclock import DAY

register = template.Library()


@register.filter
def change_words(change: Override | Swap) -> str:
    """What an override or a swap did, in a line."""
    if isinstance(change, Swap):
        return _("%(two)s took it from %(one)s") % {"two": change.taker, "one": change.giver}
    told = {"two": change.by, "one": change.person}
    if change.kind == Override.Kind.ADD:
        return _("%(two)s is put beside the others") % told
    if change.kind == Override.Kind.REMOVE:
        return (_("Without %(one)s") if change.person else _("Left to nobody")) % told
    return (_("%(two)s instead of %(one)s") if change.person else _("%(two)s instead of everybody")) % told


@register.filter
def decider(change: Override | Swap) -> str:
    """Who went on although something spoke against it."""
    person = change.taker if isinstance(change, Swap) else change.made_by
    return person.name if person else ""


@register.filter
def acknowledged_words(change: Override | Swap) -> str:
    known = {"unreachable": _("cannot be reached"), "away": _("away"), "elsewhere": _("on duty elsewhere")}
    clearances = dict(Clearance.Kind.choices)
    said = []
    for code in dict.fromkeys(change.acknowledged):
        kind, _colon, clearance = code.partition(":")
        lacks = _("lacks the clearance %(name)s") % {"name": clearances.get(clearance, clearance)}
        said.append(lacks if kind == "lacks" else known.get(code, code))
    return ", ".join(said)


@register.filter
def other_than(offer: Offer, person: User) -> str:
    """Who else a swap is with."""
    swap = offer.swaps[0]
    other = swap.taker if swap.giver_id == person.pk else swap.giver
    return other.name if other else ""


@register.simple_tag
def away_words(time_off: TimeOff) -> SafeString:
    """`Mon 23 – Fri 27 Nov` where it is whole days of the viewer's, and the times where it is not."""
    first, end = localtime(time_off.starts_at), localtime(time_off.ends_at)
    if first.time() != MIDNIGHT or end.time() != MIDNIGHT:
        return stretch(time_off.starts_at, time_off.ends_at)
    last = end.date() - DAY
    day = pgettext("date format", "D j M")
    if first.date() == last:
        return format_html("{}", date_format(last, day))
    return format_html("{} – {}", date_format(first.date(), day), date_format(last, day))


@register.simple_tag(takes_context=True)
def clock_there(context, zone: ZoneInfo) -> SafeString:
    """What the clocks of a zone show now."""
    now: datetime = context["subject"].at
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        now.astimezone(UTC).isoformat(timespec="seconds"),
        utc(now),
        now.astimezone(zone).strftime("%H:%M"),
    )
