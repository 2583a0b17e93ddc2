"""What somebody enters to change one shift: from when to when, instead of whom, who comes, why."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts import moments_in
from accounts.models import User
from oncall.layers import YEARS
from oncall.models import Override
from oncall.sheets import InReturn, Sheet
from oncall.spans import Span
from oncall.wallclock import instant

WALL = "%Y-%m-%dT%H:%M"
EVERYBODY, BESIDE = "everybody", "beside"


class WallClockInput(forms.DateTimeInput):
    input_type = "datetime-local"


class MomentField(forms.CharField):
    """A wall time of the viewer's zone. Left as it was shown it means the very instant it stood for, though the
    clocks show that time twice or it had seconds."""

    widget = WallClockInput

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=32, required=False, **kwargs)
        self.zone = ZoneInfo("UTC")
        self.shown: datetime | None = None

    def show(self, at: datetime, zone: ZoneInfo) -> str:
        self.shown, self.zone = at, zone
        return at.astimezone(zone).strftime(WALL)

    def clean(self, value: Any) -> datetime | None:
        text = str(super().clean(value) or "")
        if not text or (self.shown and text == self.shown.astimezone(self.zone).strftime(WALL)):
            return self.shown
        try:
            wall = datetime.fromisoformat(text)
        except ValueError:
            raise forms.ValidationError(_("Write a date and a time as 2026-03-08 14:30.")) from None
        if wall.tzinfo is not None:
            raise forms.ValidationError(_("Write a date and a time as 2026-03-08 14:30."))
        moments_in.plausible(wall.replace(tzinfo=UTC))
        return instant(wall.date(), wall.time(), self.zone)


class ShiftForm(forms.Form):
    """The part of a shift that is to change: all that is still to come of it, unless somebody narrows it."""

    starts_at = MomentField(label=_("From"))
    ends_at = MomentField(label=_("Until"))

    def __init__(self, *args: Any, span: Span, zone: ZoneInfo, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, at in zip(("starts_at", "ends_at"), span, strict=True):
            field = self.fields[name]
            assert isinstance(field, MomentField)  # noqa: S101
            self.initial[name] = field.show(at, zone)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        starts_at, ends_at = told.get("starts_at"), told.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end must be after the start."))
        return told

    @property
    def is_narrowed(self) -> bool:
        """Whether somebody has touched, or has to look at, more than whom to choose."""
        return self.is_bound and (bool(self.errors) or self.has_changed())


class OverrideForm(ShiftForm):
    """`stand_in` is the button that was pressed, or a name from the longer list."""

    instead = forms.ChoiceField(label=_("Instead of"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
    stand_in = forms.ModelChoiceField(
        queryset=User.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("Choose somebody from the list.")},
    )
    anyway = forms.BooleanField(required=False)

    def __init__(self, *args: Any, sheet: Sheet, people: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        options = instead_of(sheet)
        instead, stand_in = self.fields["instead"], self.fields["stand_in"]
        assert isinstance(instead, forms.ChoiceField)  # noqa: S101
        assert isinstance(stand_in, forms.ModelChoiceField)  # noqa: S101
        instead.choices = options
        self.initial["instead"] = options[0][0]
        stand_in.queryset = people
        self.sheet = sheet

    @property
    def told(self) -> dict[str, Any]:
        """What an override is made of, once the form is valid."""
        instead = self.cleaned_data["instead"] or self.initial["instead"]
        stand_in = self.cleaned_data["stand_in"]
        person = next((one for one in self.sheet.assigned if str(one.pk) == instead), None)
        kind = Override.Kind.REPLACE if stand_in else Override.Kind.REMOVE
        return {
            "kind": Override.Kind.ADD if instead == BESIDE else kind,
            "person": person,
            "stand_in": stand_in,
            "duty": self.sheet.lane.duty,
            "starts_at": self.cleaned_data["starts_at"],
            "ends_at": self.cleaned_data["ends_at"],
            "reason": self.cleaned_data["reason"],
            "acknowledged": self.cleaned_data["anyway"],
        }

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if told.get("instead") == BESIDE and not told.get("stand_in") and "stand_in" not in self.errors:
            self.add_error("stand_in", _("Choose who is put beside them."))
        stand_in, instead = told.get("stand_in"), told.get("instead") or self.initial["instead"]
        if stand_in and str(stand_in.pk) == instead:
            self.add_error("stand_in", _("%(name)s has this shift already.") % {"name": stand_in.name})
        return told


def instead_of(sheet: Sheet) -> list[tuple[str, Any]]:
    """Whom somebody can come instead of. Of a roster that is presence alone nobody takes everybody's place: its lanes
    share one duty."""
    options: list[tuple[str, Any]] = [(str(person.pk), person.name) for person in sheet.assigned]
    if sheet.lane.duty and len(options) != 1:
        options.insert(0, (EVERYBODY, _("Everybody") if options else _("Nobody: there is a gap")))
    return [*options, (BESIDE, _("Nobody: they come beside"))]


class OfferForm(ShiftForm):
    """`to` is the button that was pressed: a person's id, or `anybody`; or `wanted` is a shift wanted in return. What
    is offered lies within the `shift`; what of that is over meanwhile falls to nobody."""

    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    to = forms.CharField(max_length=20, required=False)
    wanted = forms.CharField(max_length=120, required=False)

    def __init__(
        self,
        *args: Any,
        shift: Span,
        people: Sequence[User],
        returns: Sequence[InReturn] = (),
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.shift = shift
        self.people = {str(person.pk): person for person in people}
        self.returns = {it.key: it for it in returns}

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        for name in ("starts_at", "ends_at"):
            if (at := told.get(name)) and not self.shift[0] <= at <= self.shift[1]:
                self.add_error(name, self._outside())
        to, wanted = told.get("to", ""), told.get("wanted", "")
        if wanted and wanted not in self.returns:
            self.add_error(None, _("That shift is not as it was. Look at what there is now."))
        elif not wanted and to != "anybody" and to not in self.people:
            self.add_error(None, _("Choose whom you offer it to."))
        return told

    def _outside(self) -> str:
        """In the zone in which the times are entered."""
        field = self.fields["starts_at"]
        assert isinstance(field, MomentField)  # noqa: S101
        form = pgettext("date format", "D j M, H:i")
        start, end = (date_format(at.astimezone(field.zone), form) for at in self.shift)
        words = _("That is outside this shift, which lasts from %(start)s until %(end)s.")
        return words % {"start": start, "end": end}

    @property
    def taker(self) -> User | None:
        return self.in_return.person if self.in_return else self.people.get(self.cleaned_data["to"])

    @property
    def in_return(self) -> InReturn | None:
        return self.returns.get(self.cleaned_data["wanted"])


def moment_in(text: str) -> datetime | None:
    """An instant from an address; None for what names none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # A year's room on both sides: the schedule is looked at around it.
    if moment.tzinfo is None or not YEARS[1] <= moment.year <= YEARS[-2]:
        return None
    return moment.astimezone(UTC)


def day_in(text: str) -> date | None:
    """A date from a form; None for what names none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None
