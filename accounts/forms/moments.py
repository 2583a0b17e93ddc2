"""A moment as people enter it: in their own zone, within the bound."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import moments_in


class MomentField(forms.DateTimeField):
    """Optional, by the browser's own control."""

    default_validators = [moments_in.plausible]

    def __init__(self, *, label: Any, help_text: Any = ""):
        super().__init__(
            label=label,
            required=False,
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            help_text=help_text or _("In your time zone."),
        )
