"""Dates and times as the clocks of a roster's zone show them, which is how people write rosters."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import moments_in
from oncall.wallclock import instant

FORMAT = "%Y-%m-%dT%H:%M"


class ClockField(forms.TimeField):
    """A time of day, to the minute."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    input_formats = ("%H:%M",)
    default_error_messages = {"invalid": _("Write a time of day as 09:00, up to 23:59.")}


class DateField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    input_formats = ("%Y-%m-%d",)
    default_error_messages = {"invalid": _("Write a date as 2026-03-08.")}

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value:
            moments_in.plausible_day(value)


class WallField(forms.Field):
    """A date and time of a zone that the form names: naive, for `placed` to put into that zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORMAT)
    default_error_messages = {"invalid": _("Write a date and a time, as 2026-03-08T10:00.")}

    def to_python(self, value: object) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            wall = datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if wall.tzinfo is not None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        moments_in.plausible(wall.replace(tzinfo=UTC))
        return wall


def walled(at: datetime | None, zone: ZoneInfo) -> str:
    """An instant as a `WallField` shows it."""
    return at.astimezone(zone).strftime(FORMAT) if at else ""


def placed(wall: datetime | None, zone: ZoneInfo, *, was: datetime | None = None) -> datetime | None:
    """The instant a wall time stands for; `was`, if that is shown the same: a second showing or a few seconds are not
    lost by somebody who changed something else."""
    if wall is None:
        return None
    if was is not None and walled(was, zone) == wall.strftime(FORMAT):
        return was
    return instant(wall.date(), wall.time(), zone)
