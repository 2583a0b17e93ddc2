"""What somebody does not want to be paged for."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.taxonomy import HARM_TYPES

TODAY, LASTING = "today", "lasting"


class OptOutForm(forms.Form):
    """Some kinds of harm, and for how long, which is what the two buttons say. What is `lasting` already is not offered
    again."""

    harm_types = forms.MultipleChoiceField(
        label=_("Kinds of harm"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one kind.")},
    )
    how_long = forms.ChoiceField(choices=[(TODAY, ""), (LASTING, "")])

    def __init__(self, *args: Any, lasting: Collection[str] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["harm_types"].choices = [  # type: ignore[attr-defined]
            (harm.code, harm.name) for harm in HARM_TYPES.values() if harm.code not in lasting
        ]

    @property
    def today(self) -> bool:
        return self.cleaned_data["how_long"] == TODAY
