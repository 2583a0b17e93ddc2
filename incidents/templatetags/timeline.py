"""Timeline entries and severity reasons as sentences."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents import words
from incidents.choices import DeclineReason, Severity

register = template.Library()

SENTENCES = {
    "reported": gettext_lazy("Another report came in, %(report)s, on its own %(severity)s."),
    "declared": gettext_lazy("Reported as %(report)s and put in triage at %(severity)s."),
    "severity_raised": gettext_lazy("Severity raised from %(before)s to %(after)s."),
    "escalation_started": gettext_lazy("Escalation started: %(policy)s."),
    "paged": gettext_lazy("%(responder)s is being paged (step %(step)s)."),
    "step_empty": gettext_lazy("Nobody could be paged at step %(step)s; the next step came at once."),
    "unreachable": gettext_lazy("%(responder)s could not be reached."),
    "withheld": gettext_lazy("%(responder)s may no longer know of this, so the page was withheld."),
    "exhausted": gettext_lazy("The policy is exhausted and nobody has acknowledged."),
    "acknowledged": gettext_lazy("Acknowledged by %(actor)s."),
    "accepted": gettext_lazy("Accepted. Incident manager: %(manager)s."),
    "declined": gettext_lazy("Declined: %(reason)s."),
    "merged": gettext_lazy("Merged into %(into)s."),
    "absorbed": gettext_lazy("%(merged)s was merged into this one."),
    "contained": gettext_lazy("Contained."),
    "resolved": gettext_lazy("Resolved."),
    "closed": gettext_lazy("Closed."),
    "event": gettext_lazy("The source sent “%(action)s”."),
    "related": gettext_lazy("Related to another incident from the same source."),
}


@register.simple_tag
def sentence(entry, people) -> str:
    """What an entry says. `people` maps the ids of `TimelineQuerySet.people()` to names."""
    data = {name: _readable(name, value, people) for name, value in entry.data.items()}
    actor = entry.actor or entry.actor_name or _("the system")
    return SENTENCES[entry.kind] % (data | {"actor": actor})


@register.filter
def severity_inputs(explanation) -> list[dict]:
    return words.inputs(explanation)


@register.filter
def severity_conclusion(explanation) -> list[str]:
    """What followed from the inputs: the score and the floors."""
    return words.reasons(row for row in explanation if row["kind"] != "input")


def _readable(name: str, value, people):
    if name in {"responder", "manager"}:
        return people.get(value, _("somebody"))
    if name in {"severity", "before", "after"}:
        return Severity(value).label
    if name == "reason":
        return DeclineReason(value).label
    return value
