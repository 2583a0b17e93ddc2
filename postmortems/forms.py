"""Parsing and validating what people write in reviews."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import moments_in
from accounts.models import User
from incidents import validators
from incidents.forms.titles import TitleField
from incidents.models import Incident
from postmortems import readers
from postmortems.actions.improvements import Plan
from postmortems.choices import FactorCategory, ImprovementKind, ImprovementState, Priority, SectionKind

MOST_CHARACTERS = 40_000


class Words(forms.CharField):
    """What a person writes: no media, and the same line ends whatever sent it."""

    def __init__(self, *, rows: int = 3, max_length: int = MOST_CHARACTERS, **options: Any):
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), max_length=max_length, **options)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def validate(self, value):
        super().validate(value)
        validators.no_media(value)


class _OnOneScreen(forms.Form):
    """Several of these stand on one screen, so each has ids of its own."""

    ids = "id_%s"

    def __init__(self, *args, **options):
        super().__init__(*args, **{"auto_id": self.ids} | options)


class SectionForm(forms.Form):
    text = Words(required=False, rows=5)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class RestoreForm(forms.Form):
    version = forms.IntegerField(min_value=1)


class FactorForm(_OnOneScreen):
    ids = "factor_%s"
    category = forms.ChoiceField(
        label=_("Category"),
        choices=[("", _("Choose a category")), *FactorCategory.choices],
        error_messages={"required": _("Choose a category.")},
    )
    text = Words(
        label=_("What contributed"),
        max_length=2000,
        rows=2,
        error_messages={"required": _("Say what made it possible, worse or longer.")},
    )


class RemarkForm(_OnOneScreen):
    ids = "remark_%s"
    section = forms.ChoiceField(
        label=_("About"), required=False, choices=[("", _("The whole review")), *SectionKind.choices]
    )
    text = Words(
        label=_("Remark"),
        max_length=4000,
        rows=2,
        error_messages={"required": _("Write the remark before you add it.")},
    )


class ReasonForm(_OnOneScreen):
    ids = "reason_%s"
    reason = Words(
        label=_("Reason"),
        max_length=2000,
        rows=2,
        error_messages={"required": _("Say what has to change, so that the owner knows where to begin.")},
    )


class _OwnedForm(_OnOneScreen):
    """Has an owner, who must be somebody that may know of the incident."""

    ids = "owned_%s"
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        error_messages={
            "required": _("Choose who it belongs to."),
            "invalid_choice": _("Choose somebody who may know of this incident."),
        },
    )
    due_on = forms.DateField(
        label=pgettext_lazy("deadline of work", "Due"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose the day it is due."),
            "invalid": _("Enter the day as in 2026-11-30."),
        },
        validators=[moments_in.plausible_day],
    )

    def __init__(self, *args, incident: Incident, at: datetime, people: list[User] | None = None, **options):
        super().__init__(*args, **options)
        self.incident, self.at = incident, at
        known = readers.who_may_know(incident, at=at) if people is None else people
        may_know = [person for person in known if self.may_own(person)]
        field = cast(forms.ModelChoiceField, self.fields["owner"])
        field.queryset = User.objects.filter(pk__in=[person.pk for person in may_know])
        # The names are here already; asking for them again would cost a query for every form on a screen.
        field.choices = [("", field.empty_label), *((person.pk, person.name) for person in may_know)]

    def may_own(self, person: User) -> bool:
        """What it takes beside knowing of the incident."""
        return True

    def clean_owner(self) -> User:
        owner: User = self.cleaned_data["owner"]
        if not self.may_own(owner) or not readers.may_know(owner, self.incident, at=self.at):
            raise ValidationError(self.fields["owner"].error_messages["invalid_choice"])
        return owner


class HandOverForm(_OwnedForm):
    """Who owns a review, and by when it is due. Whoever owns it writes it, which takes a role."""

    ids = "review_%s"

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["owner"].error_messages["invalid_choice"] = _(
            "Choose somebody who may know of this incident and whose role writes reviews."
        )

    def may_own(self, person: User) -> bool:
        return person.subject(at=self.at).may("review.write")


class ImprovementForm(_OwnedForm):
    ids = "improvement_%s"
    title = TitleField(
        label=_("What will change"),
        max_length=200,
        error_messages={"required": _("Say in one line what will change.")},
    )
    detail = Words(label=_("Detail"), required=False, max_length=4000)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("Choose a kind")), *ImprovementKind.choices],
        error_messages={"required": _("Choose a kind.")},
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"), coerce=int, choices=Priority.choices, initial=Priority.MEDIUM
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    field_order = ["title", "detail", "kind", "priority", "owner", "due_on"]

    def go_on_from(self, version: int, why: str) -> None:
        """Somebody changed it meanwhile: one more press writes over what is shown now."""
        put_back = cast(QueryDict, self.data).copy()  # a plain dict of a QueryDict would hold lists
        put_back["version"] = str(version)
        self.data = put_back
        self.add_error(None, why)

    def plan(self) -> Plan:
        told = self.cleaned_data
        return Plan(
            title=told["title"],
            detail=told["detail"],
            kind=told["kind"],
            priority=told["priority"],
            owner=told["owner"],
            due_on=told["due_on"],
        )


class MoveForm(_OnOneScreen):
    ids = "move_%s"
    to = forms.ChoiceField(choices=ImprovementState.choices)
    outcome = Words(label=_("What came of it"), required=False, max_length=4000, rows=2)
