"""What administrators enter about routes."""

from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import languages
from escalations import words
from escalations.actions.routes import CONDITIONS
from escalations.models import EscalationPolicy, Route
from incidents.choices import Region, Severity, Source
from incidents.taxonomy import HARM_TYPES


class RouteForm(forms.Form):
    """Which incidents, and which policy they get. A condition that is left empty holds for anything."""

    policy = forms.ModelChoiceField(
        label=gettext_lazy("Policy"),
        queryset=EscalationPolicy.objects.order_by("name"),
        empty_label=gettext_lazy("Choose a policy"),
        error_messages={"required": gettext_lazy("Choose the policy these incidents get.")},
    )
    severities = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Severities"),
        required=False,
        coerce=int,
        choices=Severity.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: any."),
    )
    harm_types = forms.MultipleChoiceField(
        label=gettext_lazy("Harm types"),
        required=False,
        choices=[(harm.code, harm.name) for harm in HARM_TYPES.values()],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: any."),
    )
    regions = forms.MultipleChoiceField(
        label=gettext_lazy("Regions"),
        required=False,
        choices=Region.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: any."),
    )
    languages = forms.CharField(
        label=gettext_lazy("Languages"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Two or three letters each, with commas between, as in ru, uk. Empty: any."),
    )
    speaks_language = forms.BooleanField(
        label=gettext_lazy("Page only who speaks the language of the report"),
        required=False,
        help_text=gettext_lazy(
            "Where the report names none, anybody. The last resort is asked whatever they speak."
        ),
    )
    sources = forms.MultipleChoiceField(
        label=gettext_lazy("Sources"),
        required=False,
        choices=Source.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("How the report came in. None ticked: any."),
    )
    after = forms.ModelChoiceField(
        label=gettext_lazy("Place in the list"),
        queryset=Route.objects.none(),
        required=False,
        empty_label=gettext_lazy("At the top"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, others: Any = None, **kwargs: Any):
        """`others` are the routes a new one can stand below; without them its place stays."""
        super().__init__(*args, **kwargs)
        if others is None:
            del self.fields["after"]
        else:
            place = self.fields["after"]
            place.queryset = others  # type: ignore[attr-defined]
            numbers = {route.pk: number for number, route in enumerate(others, 1)}
            place.label_from_instance = partial(_below, numbers)  # type: ignore[attr-defined]

    def clean_languages(self) -> list[str]:
        return languages.listed(self.cleaned_data["languages"])

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    @property
    def conditions(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in (*CONDITIONS, "speaks_language")}


def _below(numbers: dict[int, int], route: Route) -> str:
    asked = words.conditions(*(getattr(route, name) for name in CONDITIONS))
    return _("Below %(number)s: %(asked)s") % {"number": numbers[route.pk], "asked": asked}


def conditions_of(route: Route) -> dict[str, Any]:
    """A route as its form shows it at first."""
    return {
        "policy": route.policy_id,
        "severities": route.severities,
        "harm_types": route.harm_types,
        "regions": route.regions,
        "languages": ", ".join(route.languages),
        "sources": route.sources,
        "speaks_language": route.speaks_language,
        "version": route.version,
    }


def read_order(told: str) -> list[int]:
    """The list of routes that was on the screen, as `3,1,2`; anything else is no list that could be theirs."""
    try:
        return [int(pk) for pk in told.split(",")]
    except ValueError:
        return []
