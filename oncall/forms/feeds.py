"""What a person enters to make a calendar feed."""

from datetime import datetime, timedelta

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oncall.models import Roster


class FeedForm(forms.Form):
    label = forms.CharField(
        label=pgettext_lazy("thing", "Name"),
        max_length=80,
        help_text=_("Where you will open it, so that you know which one to revoke."),
        error_messages={"required": _("Name where you will open it.")},
    )
    roster = forms.ModelChoiceField(
        label=_("Shows"),
        queryset=Roster.objects.none(),
        required=False,
        empty_label=_("My shifts, on every roster"),
    )
    days = forms.ChoiceField(
        label=_("Works for"),
        choices=[("90", _("90 days")), ("365", _("A year"))],
        initial="365",
    )

    def __init__(self, *args, rosters: QuerySet[Roster], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roster"].queryset = rosters  # type: ignore[attr-defined]

    def expires_at(self, at: datetime) -> datetime:
        return at + timedelta(days=int(self.cleaned_data["days"]))
