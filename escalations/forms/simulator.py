"""What the simulator is asked: a report that nobody sends, and when."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts import languages
from accounts.forms.moments import MomentField
from escalations.coverage import Case
from incidents.choices import Region, Severity, Source
from incidents.taxonomy import HARM_TYPES


class SimulatorForm(forms.Form):
    severity = forms.TypedChoiceField(label=gettext_lazy("Severity"), coerce=int, choices=Severity.choices)
    harm_type = forms.ChoiceField(
        label=gettext_lazy("Harm type"), choices=[(harm.code, harm.name) for harm in HARM_TYPES.values()]
    )
    region = forms.ChoiceField(
        label=gettext_lazy("Region"),
        required=False,
        choices=[("", gettext_lazy("Not known yet")), *Region.choices],
    )
    language = forms.CharField(
        label=gettext_lazy("Language"),
        required=False,
        # No length: a browser would cut what is too long to a language that was not meant.
        validators=[languages.check],
        help_text=gettext_lazy("Two or three letters, as in ru."),
    )
    source = forms.ChoiceField(label=pgettext_lazy("report", "Source"), choices=Source.choices)
    at = MomentField(label=gettext_lazy("When"), help_text=gettext_lazy("In your time zone. Empty: now."))

    @property
    def case(self) -> Case:
        told: dict[str, Any] = {name: self.cleaned_data[name] for name in Case.__dataclass_fields__}
        return Case(**told)
