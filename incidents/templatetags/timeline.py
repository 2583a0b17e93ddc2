"""Timeline entries and severity reasons as sentences."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents import words
from incidents.choices import DeclineReason, Function, Severity
from incidents.playbooks import PLAYBOOKS
from incidents.querysets import Names

register = template.Library()

FIELD_NAMES = {
    "title": gettext_lazy("the title"),
    "region": gettext_lazy("the region"),
    "language": gettext_lazy("the language"),
    "deadline_at": gettext_lazy("the deadline"),
    "deadline_words": gettext_lazy("the words of the demand"),
}

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
    "note": gettext_lazy("%(actor)s wrote"),
    "update": gettext_lazy("%(actor)s posted a status update"),
    "decision": gettext_lazy("%(actor)s recorded a decision"),
    "severity_lowered": gettext_lazy("Severity lowered from %(before)s to %(after)s by %(actor)s."),
    "downgrade_asked": gettext_lazy(
        "%(actor)s asked to lower the severity from %(before)s to %(after)s. A second person decides."
    ),
    "downgrade_refused": gettext_lazy("%(actor)s refused to lower the severity to %(after)s."),
    "reopened": gettext_lazy("Reopened by %(actor)s."),
    "restored": gettext_lazy("Put back in triage by %(actor)s."),
    "manager_changed": gettext_lazy("%(manager)s is the incident manager now."),
    "function_given": gettext_lazy("%(person)s: %(function)s."),
    "function_ended": gettext_lazy("%(person)s is no longer %(function)s."),
    "playbook_started": gettext_lazy("Playbook started: %(playbook)s, version %(version)s."),
    "task_added": gettext_lazy("Task added: %(task)s"),
    "task_done": gettext_lazy("Task done by %(actor)s: %(task)s"),
    "task_skipped": gettext_lazy("Task set aside by %(actor)s as not applicable: %(task)s"),
    "task_reopened": gettext_lazy("Task opened again: %(task)s"),
    "edited": gettext_lazy("%(actor)s changed %(fields)s."),
    "paged_by_hand": gettext_lazy("%(actor)s asked for %(responder)s."),
    "page_answered": gettext_lazy("%(actor)s answered the page."),
    "page_taken_back": gettext_lazy("%(actor)s took back the page to %(responder)s."),
    "page_handed_on": gettext_lazy("%(actor)s handed the page on to %(responder)s."),
}

# What says more than its kind: by what the entry's data call its reason.
SENTENCES |= {
    "escalation_started:not_picked_up": gettext_lazy(
        "It was acknowledged and not picked up in time, so everybody is asked again: %(policy)s."
    ),
    "paged:again": gettext_lazy("%(responder)s is being paged again (step %(step)s)."),
    "paged:handoff": gettext_lazy("%(responder)s came on duty and is being paged (step %(step)s)."),
    "paged:resort": gettext_lazy(
        "Every step has been asked: %(responder)s is being paged as the last resort."
    ),
    "paged_by_hand:function": gettext_lazy(
        "%(actor)s asked for whoever is on call as %(function)s: %(responder)s."
    ),
    "step_empty:gap": gettext_lazy("Nobody is on duty at step %(step)s; the next step came at once."),
    "step_empty:unreachable": gettext_lazy(
        "Nobody at step %(step)s could be asked; the next step came at once."
    ),
    "step_empty:clearance": gettext_lazy(
        "Nobody at step %(step)s is cleared for it; the next step came at once."
    ),
    "step_empty:language": gettext_lazy(
        "Nobody at step %(step)s who is cleared speaks the language; the next step came at once."
    ),
    "step_empty:hours": gettext_lazy("Step %(step)s is not taken at this time; the next step came at once."),
    "step_empty:asked": gettext_lazy(
        "Everybody at step %(step)s is being asked already; the next step came at once."
    ),
    "step_empty:resort": gettext_lazy(
        "The last resort is not there or asked already; the next came at once."
    ),
}


@register.simple_tag
def sentence(entry, names) -> str:
    """What an entry says. `names` is what `TimelineQuerySet.names()` gave for the entries shown."""
    data = {name: _readable(name, value, names) for name, value in entry.data.items()}
    actor = entry.actor or entry.actor_name or _("the system")
    told = SENTENCES.get(f"{entry.kind}:{entry.data.get('because')}") or SENTENCES[entry.kind]
    return told % (data | {"actor": actor})


@register.filter
def severity_inputs(explanation) -> list[dict]:
    return words.inputs(explanation)


@register.filter
def severity_conclusion(explanation) -> list[str]:
    """What followed from the inputs: the score and the floors."""
    return words.reasons(row for row in explanation if row["kind"] != "input")


def _readable(name: str, value, names: Names):
    if name in {"responder", "manager", "person"}:
        return names.people.get(value, _("somebody"))
    if name in {"severity", "before", "after"}:
        return Severity(value).label
    readers = {
        "reason": lambda: DeclineReason(value).label,
        "function": lambda: Function(value).label,
        "task": lambda: names.tasks.get(value, _("a task")),
        "playbook": lambda: next(p.name for p in PLAYBOOKS.values() if p.code == value),
        "fields": lambda: ", ".join(str(FIELD_NAMES[field]) for field in value),
    }
    return readers[name]() if name in readers else value
