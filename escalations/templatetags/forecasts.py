"""What is still to come, in words: of a run in the room, of a report in the simulator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext as _

from accounts.templatetags.moments import to_the_second
from escalations import forecast, words
from escalations.forecast import Asked, Moment
from escalations.models import Escalation
from escalations.names import Names

register = template.Library()

# In the room the next few tell enough.
MOST_IN_ROOM = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One moment of a forecast as it is read. `end`: nobody is left to ask."""

    at: datetime
    title: str
    behind: str
    asked: list[tuple[str, str]]
    passed: list[str]
    end: bool


@register.inclusion_tag("escalations/_forecast.html", takes_context=True)
def upcoming(context: Any, run: Escalation) -> dict[str, Any]:
    """The next steps of a run that goes on unanswered."""
    moments = forecast.of_run(run, most=MOST_IN_ROOM + 1)
    told = rows(moments[:MOST_IN_ROOM])
    return {"rows": told, "subject": context["subject"], "more": len(moments) > MOST_IN_ROOM}


@register.inclusion_tag("escalations/_forecast.html", takes_context=True)
def forecast_of(context: Any, told: forecast.Forecast) -> dict[str, Any]:
    return {"rows": rows(told.moments), "subject": context["subject"], "more": told.goes_on}


def rows(moments: Sequence[Moment]) -> list[Row]:
    steps = [moment.step for moment in moments if moment.step]
    names = Names.of([*steps, *(one.step for moment in moments for one in moment.passed)])
    return [
        Row(
            at=moment.at,
            title=_title(moment),
            behind=names.behind(moment.step) if moment.step else "",
            asked=[(one.person.name, _attempts(one, moment.at)) for one in moment.asked],
            passed=[
                (
                    _("Passed over: the last resort, %(behind)s (%(why)s)")
                    if one.step.resort
                    else _("Passed over: step %(number)s, %(behind)s (%(why)s)")
                )
                % {"number": one.number, "behind": names.behind(one.step), "why": words.passed(one.why)}
                for one in moment.passed
            ],
            end=moment.step is None,
        )
        for moment in moments
    ]


def _title(moment: Moment) -> str:
    if moment.step is None:
        return _("Nobody is left to ask: it stays red until somebody acknowledges")
    if moment.step.resort:
        return _("Last resort")
    told = {"number": moment.number}
    return _("Step %(number)s again") % told if moment.again else _("Step %(number)s") % told


def _attempts(asked: Asked, at: datetime) -> str:
    """`E-mail 14:05, Text message 14:06:30`, with the date where it is another day."""
    return ", ".join(f"{one.kind} {to_the_second(one.due_at, at)}" for one in asked.attempts)
