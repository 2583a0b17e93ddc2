"""Parsing what somebody hands over."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from oncall.handoffs import Handoff
from oncall.models import DutyName

MOST_CHARACTERS = 4_000


class HandoverForm(forms.Form):
    """One of `handoffs` and one of its takers, and the words."""

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

    def __init__(self, *args: Any, handoffs: Sequence[Handoff], **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = {
            f"{it.roster.pk}:{it.duty}:{taker.pk}:{int(it.at.timestamp())}": (it, taker)
            for it in handoffs
            for taker in it.takers
        }
        choices = [(value, _label(it, taker.name)) for value, (it, taker) in self.known.items()]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]

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


def _label(handoff: Handoff, name: str) -> str:
    return _("%(roster)s, %(duty)s, to %(name)s at %(time)s") % {
        "roster": handoff.roster.name,
        "duty": str(DutyName(handoff.duty).label).lower(),
        "name": name,
        "time": date_format(localtime(handoff.at), pgettext("date format", "D j M, H:i")),
    }
