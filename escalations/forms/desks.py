"""What administrators enter about where functions are on call."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from escalations.models import FunctionDesk
from incidents.choices import Function
from oncall.models import Roster


class DesksForm(forms.Form):
    """One roster for each function. Those that are paged, and those a function has already."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        desks = dict(FunctionDesk.objects.values_list("function", "roster"))
        rosters = [r for r in Roster.objects.all() if r.is_paged or r.pk in desks.values()]
        self.rosters = {str(roster.pk): roster for roster in rosters}
        choices = [("", gettext_lazy("Not on call")), *((str(r.pk), r.name) for r in rosters)]
        for code, label in Function.choices:
            self.fields[code] = forms.ChoiceField(
                label=label, choices=choices, required=False, initial=str(desks.get(code, ""))
            )

    @property
    def desks(self) -> dict[str, Roster | None]:
        """What was chosen; a function that was not on the sheet stays as it is."""
        return {
            code: self.rosters.get(self.cleaned_data[code]) for code in Function.values if code in self.data
        }
