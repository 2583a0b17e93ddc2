"""What a person enters to make an API token."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TokenForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"),
        max_length=80,
        help_text=_("What will use it, so that you know which one to revoke."),
        error_messages={"required": _("Name what will use it.")},
    )
    days = forms.ChoiceField(
        label=_("Works for"),
        choices=[("30", _("30 days")), ("90", _("90 days")), ("365", _("A year")), ("0", _("Until revoked"))],
        initial="90",
    )

    def expires_at(self, at: datetime) -> datetime | None:
        days = int(self.cleaned_data["days"])
        return at + timedelta(days=days) if days else None
