"""The report: two answers are enough, and nothing that was typed is lost."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import languages
from accounts.forms.moments import MomentField
from incidents import validators
from incidents.choices import Mode, Region
from incidents.forms.titles import TitleField
from incidents.severity import HIGHEST_INPUT, WEIGHTS
from incidents.taxonomy import HARM_TYPES
from incidents.words import INPUT_LABELS, INPUT_SCALES

MOST_CONTENT_ROWS = 200


def harm_type_choices() -> list[tuple[str, Any]]:
    return [("", _("Choose the closest")), *((h.code, h.name) for h in HARM_TYPES.values())]


class ReportForm(forms.Form):
    """Title and harm type are enough; everything else sharpens the severity or saves a question later."""

    # Names this filling-in of the form, so that pressing twice sends once; a page that lost it still sends.
    key = forms.CharField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False, max_length=64)
    title = TitleField(
        label=_("What is happening"),
        max_length=200,
        help_text=_("One line. No names of victims, no links."),
        error_messages={"required": _("Say in one line what is happening.")},
    )
    harm_type = forms.ChoiceField(
        label=_("Harm type"),
        choices=harm_type_choices,
        error_messages={"required": _("Choose the closest harm type; “Not classified yet” is one.")},
    )
    description = forms.CharField(
        label=_("What you know"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    content = forms.CharField(
        label=_("Content ids or links"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One to a line. They are kept as text and never opened."),
    )
    region = forms.ChoiceField(
        label=_("Region"), required=False, choices=[("", _("Not known yet")), *Region.choices]
    )
    language = forms.CharField(
        label=_("Language"),
        required=False,
        max_length=3,
        validators=[languages.check],
        help_text=_("Two or three letters, as in ru."),
    )
    deadline_at = MomentField(label=_("Deadline"))
    deadline_words = forms.CharField(
        label=_("Deadline, in the words of the demand"), required=False, max_length=200
    )
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices, initial=Mode.LIVE, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for code in WEIGHTS:
            scale = [(str(value), INPUT_SCALES[code][value]) for value in range(HIGHEST_INPUT + 1)]
            self.fields[f"input_{code}"] = forms.ChoiceField(
                label=INPUT_LABELS[code], required=False, choices=[("", _("Not known yet")), *scale]
            )

    def clean_description(self) -> str:
        return self._clean_text("description")

    def clean_mode(self) -> str:
        return self.cleaned_data["mode"] or Mode.LIVE

    def clean_content(self) -> list[dict[str, str]]:
        lines = [line.strip() for line in self._clean_text("content").splitlines() if line.strip()]
        if len(lines) > MOST_CONTENT_ROWS:
            raise ValidationError(
                _("Give at most %(most)s ids or links; put the rest in a second report."),
                params={"most": MOST_CONTENT_ROWS},
            )
        return [self._content_row(line) for line in lines]

    def begin_anew(self, *, already: str) -> None:
        """This filling-in was sent before, saying something else. What it says now is a report of its own, if
        that is meant: one more press sends it."""
        words = _("This form was already sent, as %(number)s. Send again to report what it says now as well.")
        self.add_error(None, ValidationError(words, params={"number": already}))
        self.data = {name: self.data[name] for name in self.data} | {"key": str(uuid.uuid4())}

    @property
    def severity_inputs(self) -> dict[str, int]:
        given = {code: self.cleaned_data[f"input_{code}"] for code in WEIGHTS}
        return {code: int(value) for code, value in given.items() if value != ""}

    @property
    def is_rated(self) -> bool:
        """Whether anything was said about how bad it is, so that a form put back shows it."""
        told = [field.value() for field in self.input_fields]
        return self.is_bound and (any(told) or self["mode"].value() not in {None, "", Mode.LIVE})

    @property
    def input_fields(self) -> list[forms.BoundField]:
        return [self[f"input_{code}"] for code in WEIGHTS]

    def _clean_text(self, name: str) -> str:
        validators.no_media(self.cleaned_data[name])
        return self.cleaned_data[name]

    def _content_row(self, line: str) -> dict[str, str]:
        if "://" in line:
            validators.link(line)
            if len(line) > 2000:
                raise ValidationError(_("A link may have at most 2,000 characters."))
            return {"url": line}
        if len(line) > 200:
            raise ValidationError(_("An id may have at most 200 characters; a link starts with https://."))
        return {"platform_id": line}
