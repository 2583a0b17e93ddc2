"""What the address of the ledger asks for: a window of whole days, and a roster."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import moments_in
from oncall import calendars
from oncall.models import Roster
from oncall.spans import Span
from oncall.wallclock import DAY, instant

USUAL = timedelta(days=90)
LONGEST = timedelta(days=1830)  # five years


class Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": gettext_lazy("Write the date as 2026-03-08.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, input_formats=["%Y-%m-%d"], **options)

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day is not None:
            moments_in.plausible_day(day)
        return day


class LedgerForm(forms.Form):
    """`since` and `until` are both included; what is left out is the usual: until today, from 90 days before."""

    since = Day(label=gettext_lazy("From"))
    until = Day(label=gettext_lazy("Until"))
    roster = forms.ModelChoiceField(
        label=gettext_lazy("Roster"),
        queryset=Roster.objects.order_by("name"),
        to_field_name="slug",
        required=False,
        empty_label=gettext_lazy("All that are paged"),
        error_messages={"invalid_choice": gettext_lazy("There is no such roster. Choose one of these.")},
    )

    def __init__(self, query: Mapping[str, str], *, today: date) -> None:
        usual = {"since": (today - USUAL).isoformat(), "until": today.isoformat(), "roster": ""}
        given = {name: query.get(name, "").replace("\0", "") for name in usual}
        super().__init__({name: given[name] or usual[name] for name in usual})
        self.today = today

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        since, until = told.get("since"), told.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day must not be before the first."))
        elif since and until and until - since > LONGEST:
            self.add_error("until", _("Choose five years at most."))
        return told

    def window(self, zone: ZoneInfo) -> Span:
        """From the first midnight to the last, of a valid form; else the usual."""
        since, until = self.today - USUAL, self.today
        if self.is_valid():
            since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return instant(since, calendars.MIDNIGHT, zone), instant(until + DAY, calendars.MIDNIGHT, zone)

    @property
    def chosen(self) -> Roster | None:
        return self.cleaned_data["roster"] if self.is_valid() else None
