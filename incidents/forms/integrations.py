"""What administrators enter about the machines that report."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import languages
from incidents.choices import Mode, Region
from incidents.forms.report import harm_type_choices

MOST_TRIGGERS = 60_000


class IntegrationForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"),
        max_length=80,
        help_text=_("What sends the reports. Timelines name it."),
        error_messages={"required": _("Name what sends the reports.")},
    )
    harm_type = forms.ChoiceField(
        label=_("Harm type"),
        choices=harm_type_choices,
        help_text=_("For events that name none."),
        error_messages={"required": _("Choose the closest harm type; “Not classified yet” is one.")},
    )
    mode = forms.ChoiceField(
        label=_("Mode"),
        choices=Mode.choices,
        initial=Mode.LIVE,
        help_text=_("Test and drill pages say what they are."),
    )
    region = forms.ChoiceField(
        label=_("Region"),
        required=False,
        choices=[("", _("Not known")), *Region.choices],
        help_text=_("If all it reports is from one."),
    )
    language = forms.CharField(
        label=_("Language"),
        required=False,
        max_length=3,
        validators=[languages.check],
        help_text=_("Two or three letters, as in ru."),
    )
    triggers_per_minute = forms.IntegerField(
        label=_("Events a minute"),
        min_value=1,
        max_value=MOST_TRIGGERS,
        initial=6000,
        help_text=_("More than this are answered “try later”. What repeats an open one never counts."),
    )


class RotateForm(forms.Form):
    hours = forms.ChoiceField(
        label=_("The key in use works for"),
        choices=[
            ("1", _("1 hour more")),
            ("24", _("24 hours more")),
            ("168", _("7 days more")),
            ("0", _("No longer: end it now")),
        ],
        initial="24",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    @property
    def overlap(self) -> timedelta:
        return timedelta(hours=int(self.cleaned_data["hours"]))


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, error_messages={"required": _("Say why, for the audit.")}
    )
