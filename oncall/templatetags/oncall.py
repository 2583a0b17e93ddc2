"""Roster fragments that other apps' screens include by tag."""

from datetime import timedelta

from django import template

from oncall import offers
from oncall.models import Roster

register = template.Library()

# How far home looks for the next handoff, and for the viewer's next shift.
HANDOFF_WITHIN = timedelta(days=14)
SHIFT_WITHIN = timedelta(days=28)


@register.inclusion_tag("oncall/_on_duty_now.html", takes_context=True)
def on_duty_now(context):
    """Who is on each paged duty at this moment and until when. Five queries."""
    subject = context["subject"]
    if not subject.may("duty.view"):
        return {"rows": []}
    span = subject.at, subject.at + HANDOFF_WITHIN
    lanes = Roster.objects.filter(is_paged=True).lanes(span=span, at=subject.at)
    rows = [(lane, stint) for lane in lanes if (stint := lane.at(subject.at))]
    return {"rows": rows, "subject": subject}


@register.inclusion_tag("oncall/_my_next_shift.html", takes_context=True)
def my_next_shift(context):
    """On each of the viewer's duties the shift they have, or the next within four weeks, soonest first. Says
    nothing to somebody with a place on no roster. Five queries at most."""
    subject = context["subject"]
    span = subject.at, subject.at + SHIFT_WITHIN
    lanes = Roster.objects.of_person(subject.person_id).lanes(span=span, at=subject.at)
    mine = [(lane, stint) for lane in lanes if (stint := lane.first_of(subject.person_id))]
    mine.sort(key=lambda it: it[1].starts_at)
    return {"rows": mine, "is_on_a_roster": bool(lanes), "subject": subject}


@register.inclusion_tag("oncall/_swaps_for_me.html", takes_context=True)
def swaps_for_me(context):
    """What colleagues have asked the viewer to take or to give. One query."""
    subject = context["subject"]
    return {"offers": offers.waiting_for(subject.person_id, at=subject.at), "subject": subject}
