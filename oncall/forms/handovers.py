"""Parsing what somebody hands over."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from oncall.handoffs import Handoff
from oncall.models import DutyName, Handover

MOST_CHARACTERS = 4_000


class HandoverForm(forms.Form):
    """One of `handoffs` and one of its takers, and the words. What is `given` already is not asked for again; its
    words can be changed, under the same value."""

    to = forms.ChoiceField(
        label=gettext_lazy("What, and to whom"),
        error_messages={
            "required": gettext_lazy("Choose what you hand over, and to whom."),
            "invalid_choice": gettext_lazy("The schedule has changed. Choose again whom you hand over to."),
        },
    )
    text = forms.CharField(
        label=gettext_lazy("What is open"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "What is going on, what comes next and when, whom to ask. Name incidents by their codes alone."
        ),
        error_messages={"required": gettext_lazy("Say what is open, or that nothing is.")},
    )

    def __init__(
        self,
        *args: Any,
        handoffs: Sequence[Handoff],
        given: Collection[tuple[int, str, datetime]] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.known = {
            _value(it.roster.pk, it.duty, taker.pk, it.at): (it, taker)
            for it in handoffs
            for taker in it.takers
        }
        self.due = [
            value for value, (it, _taker) in self.known.items() if (it.roster.pk, it.duty, it.at) not in given
        ]
        # Whoever changes what they gave, and is refused, has it before them still.
        shown = [value for value in self.known if value in self.due or value == self.data.get("to")]
        choices = [(value, _label(it, taker.name)) for value in shown for it, taker in [self.known[value]]]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]

    def value_of(self, handover: Handover) -> str:
        """Under which a handover can be given other words; empty once the schedule has moved on."""
        value = _value(handover.roster_id, handover.duty, handover.taker_id, handover.handoff_at)
        return value if value in self.known else ""

    def handover(self) -> dict[str, Any]:
        """What `handovers.offer` takes."""
        handoff, taker = self.known[self.cleaned_data["to"]]
        return {
            "roster": handoff.roster,
            "duty": handoff.duty,
            "handoff_at": handoff.at,
            "taker": taker,
            "text": self.cleaned_data["text"],
        }


def _value(roster_id: int, duty: str, taker_id: int, at: datetime) -> str:
    return f"{roster_id}:{duty}:{taker_id}:{int(at.timestamp())}"


def _label(handoff: Handoff, name: str) -> str:
    return _("%(roster)s, %(duty)s, to %(name)s at %(time)s") % {
        "roster": handoff.roster.name,
        "duty": str(DutyName(handoff.duty).label).lower(),
        "name": name,
        "time": date_format(localtime(handoff.at), pgettext("date format", "D j M, H:i")),
    }
