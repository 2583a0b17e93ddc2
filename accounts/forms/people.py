"""What administrators and security officers enter about people."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import moments_in
from accounts.languages import listed
from accounts.models import Clearance, Site, User
from accounts.regions import Region
from accounts.roles import Role


def zones() -> list[str]:
    """The IANA ids people live in, for a list to choose from; others are accepted as well."""
    places = [
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/"))
    ]
    return ["UTC", *sorted(places)]


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give their name as colleagues know it.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("They sign in with it, and pages reach them there."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give the address they sign in with.")},
    )
    site = forms.ChoiceField(label=_("Site"), required=False, choices=[("", _("None")), *Site.choices])
    region = forms.ChoiceField(label=_("Region"), required=False, choices=[("", _("None")), *Region.choices])
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        help_text=_("Start typing a city, as in Europe/Dublin."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Choose the zone their times are shown in.")},
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("Of their screens and mails.")
    )

    languages = forms.CharField(
        label=_("Works in"),
        required=False,
        max_length=80,
        help_text=_("Languages as two or three letters each, with commas between, as in en, ru."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_languages(self) -> list[str]:
        return listed(self.cleaned_data["languages"])

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        others = User.objects.filter(email__iexact=email)
        if self.person:
            others = others.exclude(pk=self.person.pk)
        if (other := others.first()) is not None:
            raise ValidationError(
                _("%(name)s has this address. Everybody signs in with their own."),
                params={"name": other.name},
            )
        return email

    def clean_time_zone(self) -> str:
        zone = self.cleaned_data["time_zone"]
        if zone not in available_timezones():
            raise ValidationError(_("Choose a zone from the list, such as America/Los_Angeles."))
        return zone


class PersonForm(ProfileForm):
    """Somebody new."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a role they sign in and see nothing."),
    )


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("Roles"), required=False, choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )


class ReasonForm(forms.Form):
    """Why somebody is deactivated, reactivated, or loses a clearance."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, error_messages={"required": _("Say why, for the audit.")}
    )


class ClearanceForm(forms.Form):
    """Days are whole ones in the zone of whoever gives it."""

    kind = forms.ChoiceField(
        label=_("Clearance"),
        choices=[("", _("Choose one")), *Clearance.Kind.choices],
        help_text=_("The screening they passed."),
        error_messages={"required": _("Choose which clearance.")},
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=200,
        help_text=_("Where the screening is recorded."),
        error_messages={"required": _("Say where the screening is recorded.")},
    )
    starts_on = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: from now on."),
        validators=[moments_in.plausible_day],
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until it is ended."),
        validators=[moments_in.plausible_day],
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.at = at

    def clean_starts_on(self) -> datetime:
        day = self.cleaned_data["starts_on"]
        return _midnight(day) if day else self.at

    def clean_ends_on(self) -> datetime | None:
        day = self.cleaned_data["ends_on"]
        ends_at = _midnight(day + timedelta(days=1)) if day else None
        if ends_at and ends_at <= self.at:
            raise ValidationError(_("That day is over. Choose today or a later one."))
        return ends_at

    def clean(self) -> dict[str, Any]:
        starts_at, ends_at = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_on", _("The last day comes before the first."))
        return self.cleaned_data


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
