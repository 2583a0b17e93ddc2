"""A name for the present filters of the queue."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _


class SavedViewForm(forms.Form):
    """`query` is an address's query; only what the queue's filters can read of it is kept."""

    name = forms.CharField(
        label=_("Name of the view"),
        max_length=40,
        error_messages={"required": _("Give the view a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    query = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)

    def asked(self) -> QueryDict:
        """The filters as they were sent, whether the form holds or not."""
        return QueryDict(str(self["query"].value() or "")[:1000])
