"""Time off and days at the office, as somebody enters them about themself."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import moments_in
from accounts.models import Site
from oncall.forms.changes import day_in
from oncall.wallclock import DAY, instant

LONGEST = timedelta(days=366)
NOT_A_DAY = {"required": _("Choose a day."), "invalid": _("Write the day as 2026-03-08.")}
NOT_A_TIME = {"invalid": _("Write the time as 14:30.")}


class DayInput(forms.DateInput):
    input_type = "date"


class ClockInput(forms.TimeInput):
    input_type = "time"


class TimeOffForm(forms.Form):
    """Whole days of the person's own, or from a time on the first until a time on the last."""

    first = forms.DateField(label=_("First day"), widget=DayInput, error_messages=NOT_A_DAY)
    last = forms.DateField(label=_("Last day"), widget=DayInput, error_messages=NOT_A_DAY)
    begins = forms.TimeField(label=_("From"), widget=ClockInput, required=False, error_messages=NOT_A_TIME)
    ends = forms.TimeField(label=_("Until"), widget=ClockInput, required=False, error_messages=NOT_A_TIME)
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("For yourself. Colleagues see that you are away."),
    )

    def __init__(self, *args: Any, zone: ZoneInfo, at: datetime, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.zone, self.at = zone, at

    def clean_first(self) -> date:
        return self._known(self.cleaned_data["first"])

    def clean_last(self) -> date:
        return self._known(self.cleaned_data["last"])

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if "first" not in told or "last" not in told or self.errors:
            return told
        if told["last"] < told["first"]:
            self.add_error("last", _("The last day comes before the first."))
        elif self.ends_at - self.starts_at > LONGEST:
            self.add_error("last", _("Enter a year at most."))
        elif self.ends_at <= self.starts_at:
            self.add_error("ends", _("The end must be after the start."))
        elif self.ends_at <= self.at:
            self.add_error("last", _("This is over already. Choose days that are still to come."))
        return told

    @property
    def starts_at(self) -> datetime:
        return instant(
            self.cleaned_data["first"], self.cleaned_data["begins"] or datetime.min.time(), self.zone
        )

    @property
    def ends_at(self) -> datetime:
        """Of whole days, the midnight after the last one."""
        last, ends = self.cleaned_data["last"], self.cleaned_data["ends"]
        return instant(last, ends, self.zone) if ends else instant(last + DAY, datetime.min.time(), self.zone)

    def _known(self, day: date) -> date:
        moments_in.plausible_day(day)
        return day


class TickedDays(forms.Field):
    """The dates of a grid that the template draws itself, as text."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[str]:
        return [str(text) for text in value or []]


class OfficeDaysForm(forms.Form):
    """The days ticked between the first and the last that were shown. One that was chosen before keeps its site."""

    first = forms.DateField(widget=forms.HiddenInput)
    last = forms.DateField(widget=forms.HiddenInput)
    site = forms.ChoiceField(
        label=_("Site"), choices=Site.choices, error_messages={"required": _("Choose a site.")}
    )
    day = TickedDays(required=False)

    def ticked(self, before: dict[date, str]) -> dict[date, str]:
        """Each day's site; `before` are those chosen so far."""
        told = self.cleaned_data
        days = {day for text in told["day"] if (day := day_in(text))}
        return {day: before.get(day, told["site"]) for day in days if told["first"] <= day <= told["last"]}
