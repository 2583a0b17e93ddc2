"""The viewer's own work, for the home screen: what they have in hand, what they sent, and a short report."""

from django import template
from django.utils.translation import gettext_lazy as _

from incidents.forms.report import ReportForm
from incidents.models import Downgrade, Incident, Report, Task

register = template.Library()

MOST_LINES = 12  # of a kind on the home screen; the rest is where the line leads
DUE_WORDS = {
    "acknowledge": _("Acknowledge"),
    "manager": _("Name an incident manager"),
    "containment": _("First containment"),
    "update": _("Status update"),
    "deadline": _("Deadline"),
    "task": _("Task"),
}


@register.filter
def due_words(due) -> str:
    """What a `response.Due` asks for."""
    return str(DUE_WORDS[due.what])


@register.inclusion_tag("incidents/_my_incidents.html", takes_context=True)
def my_incidents(context):
    """Open incidents the viewer manages, or acknowledged and nobody manages yet."""
    subject = context["subject"]
    mine = Incident.objects.visible_to(subject).open().in_hands_of(subject.person_id).queue_order()
    return {"incidents": mine, "subject": subject}


@register.inclusion_tag("incidents/_my_tasks.html", takes_context=True)
def my_tasks(context):
    """Open tasks on the viewer's list in incidents that have not ended, soonest due first."""
    subject = context["subject"]
    known = Incident.objects.visible_to(subject).open()
    mine = Task.objects.open().of(subject.person_id).filter(incident__in=known).select_related("incident")
    return {"tasks": mine[:MOST_LINES], "subject": subject}


@register.inclusion_tag("incidents/_my_word.html", takes_context=True)
def waiting_for_my_word(context):
    """Downgrades somebody else asked for, on incidents the viewer may act on by role."""
    subject = context["subject"]
    may_decide = subject.may("incident.edit")
    mine = Incident.objects.visible_to(subject, "edit") if may_decide else Incident.objects.none()
    waiting = Downgrade.objects.filter(state=Downgrade.State.WAITING, incident__in=mine)
    asked = waiting.exclude(asked_by=subject.person_id).select_related("incident", "asked_by")
    return {"downgrades": asked.order_by("asked_at"), "subject": subject}


@register.inclusion_tag("incidents/_my_reports.html", takes_context=True)
def my_reports(context):
    """The last few reports the viewer sent."""
    subject = context["subject"]
    sent = Report.objects.filter(reporter=subject.person_id).select_related("incident")[:5]
    return {"reports": sent, "subject": subject}


@register.inclusion_tag("incidents/_quick_report.html", takes_context=True)
def quick_report(context):
    """Title and harm type, posted to the report screen, which puts back whatever it refuses."""
    return {"form": ReportForm(auto_id="quick_%s"), "csrf_token": context.get("csrf_token")}
