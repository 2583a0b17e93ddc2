"""The calendar file somebody uploads to say when they are away."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from oncall.absences import LARGEST, absences
from oncall.calendar_lines import CalendarError


class TimeOffImportForm(forms.Form):
    """What the file says is in `cleaned_data["absences"]`."""

    calendar = forms.FileField(
        label=_("Calendar file"),
        help_text=_("An .ics file that holds your time off and nothing else."),
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )

    def __init__(self, *args, zone: ZoneInfo, at: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.at = zone, at

    def clean(self) -> dict:
        data = super().clean() or {}
        if file := data.get("calendar"):
            try:
                data["absences"] = absences(file.read(LARGEST + 1), zone=self.zone, at=self.at)
            except CalendarError as error:
                self.add_error("calendar", str(error))
        return data
