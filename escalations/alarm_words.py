"""What an alarm says: what is wrong, what that means for pages, what to do. In the language that is active. Of an
incident its code and severity alone, as administrators need not know of it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from escalations.models import Alarm

MEANS = {
    Alarm.Kind.OVERDUE: gettext_lazy(
        "Something that was due more than a minute ago has not been sent, so pages are late. Look at the engine's "
        "page for the channel that is behind; a provider may hang, or too little is running for what comes in."
    ),
    Alarm.Kind.FAILING: gettext_lazy(
        "Something could not be fired or sent through a fault of ours, again and again. It is tried once a minute, and "
        "the rest goes on. The log names it; page its people by hand meanwhile."
    ),
    Alarm.Kind.WORKER: gettext_lazy(
        "No worker has begun a sweep: the workers or Redis are down. The watchdog fires steps and sends messages in "
        "their place, some seconds late. Start them again."
    ),
    Alarm.Kind.SCHEDULER: gettext_lazy(
        "The scheduler gives no sign of life. First pages still leave at once; later steps wait for the watchdog, some "
        "seconds late. Start it again."
    ),
    Alarm.Kind.WATCHDOG: gettext_lazy(
        "The watchdog gives no sign of life. Nothing is late yet, but nobody would take over from the workers. Start "
        "it again."
    ),
    Alarm.Kind.EXHAUSTED: gettext_lazy(
        "Every step of the policy was taken and nobody has acknowledged. Only whoever comes on duty is still paged, so "
        "reach somebody who may act on it, by telephone if need be. It is over when somebody acknowledges the incident."
    ),
}


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    text: str


def name(alarm: Alarm) -> str:
    """What is wrong, in a line: `Workers are silent`, `SEV1 WF-2K7D9Q: nobody has acknowledged`."""
    if alarm.escalation is None:
        return str(alarm.get_kind_display())
    incident = alarm.escalation.incident
    told = {"severity": incident.get_severity_display(), "code": incident.code}
    if alarm.ended_at is None:
        return _("%(severity)s %(code)s: nobody has acknowledged") % told
    return _("%(severity)s %(code)s: no longer waits for an answer") % told


def told(alarm: Alarm) -> Words:
    """What an administrator hears of it; of one that is over, that it is."""
    named = {"what": name(alarm)}
    if alarm.ended_at is None:
        return Words(f"Watchfloor: {named['what']}", str(MEANS[Alarm.Kind(alarm.kind)]))
    if alarm.escalation is not None:
        return Words(f"Watchfloor: {named['what']}", _("That is over. Nothing more is asked of you."))
    minutes = max(round(((alarm.well_since or alarm.ended_at) - alarm.raised_at).total_seconds() / 60), 1)
    lasted = ngettext(
        "It lasted a minute and is over. Nothing more is asked of you.",
        "It lasted %(minutes)s minutes and is over. Nothing more is asked of you.",
        minutes,
    )
    return Words(_("Watchfloor is well again: %(what)s") % named, lasted % {"minutes": minutes})
