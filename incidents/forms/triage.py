"""Leaving triage: accepted for somebody, declined for a reason, or merged into another incident."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.codes import as_written
from accounts.models import User
from incidents.choices import DeclineReason
from incidents.models import Incident
from incidents.words import DECLINE_REASONS


class AcceptForm(forms.Form):
    """`manager` is who leads from here on, one of those who may; nobody named means whoever accepts."""

    manager = forms.ChoiceField(label=_("Incident manager"), required=False)

    def __init__(self, *args, people: Iterable[User], **more):
        super().__init__(*args, **more)
        self.people = {str(person.pk): person for person in people}
        field: Any = self.fields["manager"]
        field.choices = [(key, person.name) for key, person in self.people.items()]
        field.error_messages["invalid_choice"] = _(
            "That person cannot manage this incident. Choose one of those listed."
        )

    @property
    def chosen(self) -> User | None:
        return self.people.get(self.cleaned_data["manager"])


class DeclineForm(forms.Form):
    # The server says it at the field; a browser's own bubble says it nowhere one can come back to.
    use_required_attribute = False

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=DeclineReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )

    def reasons(self) -> list[tuple[Any, str | Promise, str]]:
        """Each reason's radio button, what the reason means, and the digit that chooses it."""
        radios = list(self["reason"])
        keys = [*"123456789", "0"]
        return [
            (radio, DECLINE_REASONS[radio.data["value"]], key)
            for radio, key in zip(radios, keys, strict=True)
        ]


class MergeForm(forms.Form):
    """Into which incident: its code as typed, or else one picked from the likely ones."""

    use_required_attribute = False

    pick = forms.CharField(required=False, max_length=40)
    into = forms.CharField(
        label=_("Code of the incident that goes on"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def __init__(self, *args, likely: Iterable[Incident] = (), **more):
        super().__init__(*args, **more)
        self.likely = list(likely)

    def clean(self) -> dict:
        told = super().clean() or {}
        code = told.get("into") or told.get("pick")
        if not code and not self.errors:
            missing = _("Give the code of the incident this one belongs to.")
            self.add_error("into", ValidationError(missing, code="required"))
        return told | {"into": as_written(code or "")}
