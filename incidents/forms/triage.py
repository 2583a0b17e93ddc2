"""Leaving triage: declined for a reason, or merged into another incident."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.codes import as_written
from incidents.choices import DeclineReason


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *DeclineReason.choices],
        error_messages={"required": _("Choose a reason.")},
    )


class MergeForm(forms.Form):
    into = forms.CharField(
        label=_("Code of the incident that goes on"),
        max_length=40,
        error_messages={"required": _("Give the code of the incident this one belongs to.")},
    )

    def clean_into(self) -> str:
        return as_written(self.cleaned_data["into"])
