"""Roster fragments that other apps' screens include by tag."""

from django import template

from oncall.models import DutyName, Roster

register = template.Library()


@register.inclusion_tag("oncall/_on_duty_now.html", takes_context=True)
def on_duty_now(context):
    """Who is on duty at this moment, roster by roster."""
    subject = context["subject"]
    if not subject.may("duty.view"):
        return {"rows": []}
    duties = Roster.objects.filter(is_paged=True).on_duty(at=subject.at)
    rosters = Roster.objects.in_bulk(duties)
    return {
        "rows": [
            {"roster": rosters[pk], "label": DutyName(duty).label, "people": people}
            for pk, found in duties.items()
            for duty, people in sorted(found.items())
        ]
    }


@register.filter
def duty_label(duty) -> str:
    return str(DutyName(duty).label)
