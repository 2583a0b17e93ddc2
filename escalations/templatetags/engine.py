"""The engine in words: spans by the second, what each process is for, and how it all stands."""

from datetime import timedelta
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import clock
from accounts.models import ContactMethod
from accounts.templatetags.moments import span
from escalations import alarm_words, engine
from escalations.models import Alarm

register = template.Library()

PROCESSES = {
    engine.WORKER: (gettext_lazy("Workers"), gettext_lazy("Fire steps and send what is due.")),
    engine.SCHEDULER: (gettext_lazy("Scheduler"), gettext_lazy("Asks the workers for a sweep every second.")),
    engine.WATCHDOG: (gettext_lazy("Watchdog"), gettext_lazy("Takes over whatever is two seconds late.")),
}
SWEEPS = {
    "steps": gettext_lazy("Firing steps"),
    "overdue": gettext_lazy("Going on where a provider did not confirm"),
    "rosters": gettext_lazy("Watching over the rosters"),
    "alarms": gettext_lazy("Looking after the engine"),
} | {kind.value: kind.label for kind in ContactMethod.Kind}


@register.filter
def process_name(kind: str) -> str:
    return str(PROCESSES[kind][0])


@register.filter
def process_does(kind: str) -> str:
    return str(PROCESSES[kind][1])


@register.filter
def alarm_name(alarm: Alarm) -> str:
    return alarm_words.name(alarm)


@register.filter
def means(alarm: Alarm) -> str:
    return str(alarm_words.MEANS[Alarm.Kind(alarm.kind)])


@register.filter
def sweep_name(sweep: str) -> str:
    return str(SWEEPS.get(sweep, sweep))


@register.filter
def for_how_long(length: timedelta) -> str:
    """`nothing`, `4 s`, `12 min`: what is late is counted by the second at first."""
    seconds = length.total_seconds()
    if seconds < 60:
        return _("%(seconds)s s") % {"seconds": int(seconds)}
    return span(length)


@register.filter
def seconds(value: float | None) -> str:
    """`0.08 s`, and minutes once there are two; a dash where nothing was measured."""
    if value is None:
        return "–"
    if value >= 120:
        return span(timedelta(seconds=value))
    return _("%(seconds)s s") % {"seconds": number_format(value, 2 if value < 10 else 0)}


@register.inclusion_tag("accounts/_section.html")
def engine_section() -> dict[str, Any]:
    standing = engine.look(at=clock.now())
    well = not standing.is_overdue and not standing.failing and not standing.unanswered
    well = well and all(standing.has_beaten(process) for process in engine.PROCESSES)
    about = _("Everything runs, and nothing is late.") if well else _("Something is not well.")
    return {
        "url": reverse("engine"),
        "icon": "watch",
        "title": _("Engine"),
        "count": None,
        "about": about,
        "wrong": not well,
    }
