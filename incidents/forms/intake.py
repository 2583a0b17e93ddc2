"""What administrators enter about what an integration's events mean, and events to try."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import strict_json
from incidents import validators
from incidents.choices import Severity
from incidents.doors import BadEventError, Event
from incidents.entrances import Entrance
from incidents.taxonomy import HARM_TYPES


class RuleForm(forms.Form):
    """Where to look, what has to stand there, and what it means then."""

    path = forms.CharField(
        label=_("Where to look"),
        max_length=200,
        help_text=_("As in labels.team, or payload.component."),
        error_messages={"required": _("Say where in the event to look.")},
    )
    value = forms.CharField(
        label=_("What has to stand there"),
        max_length=200,
        help_text=_("The whole text. Capital letters make no difference."),
        error_messages={"required": _("Say what has to stand there.")},
    )
    harm_type = forms.ChoiceField(
        label=_("Harm type then"),
        required=False,
        choices=lambda: [("", _("As without the rule")), *((h.code, h.name) for h in HARM_TYPES.values())],
        help_text=_("Unless the event names one itself."),
    )
    severity = forms.TypedChoiceField(
        label=_("Severity at least"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("As without the rule")), *Severity.choices],
        help_text=_("A rule only ever raises it."),
    )

    def clean_path(self) -> str:
        path = self.cleaned_data["path"]
        if not all(name.strip() for name in path.split(".")):
            raise ValidationError(_("Put one dot between two names, and none at the ends."))
        return path

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not self.errors and not told["harm_type"] and told["severity"] is None:
            self.add_error("harm_type", _("Choose a harm type, a severity, or both."))
        return told


class TryForm(forms.Form):
    """An event as a machine would send it to one of the doors; `event` once valid."""

    body = forms.CharField(
        label=_("The event"),
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "code"}),
        max_length=100_000,
        strip=False,
        help_text=_("JSON as the machine sends it; the key may be left out."),
        error_messages={"required": _("Put an event here, as JSON.")},
    )

    def __init__(self, *args: Any, entrance: Entrance, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial["body"] = json.dumps(entrance.sample, indent=2, ensure_ascii=False)
        self.entrance = entrance
        self.event: Event | None = None

    def clean_body(self) -> str:
        told = self.cleaned_data["body"]
        try:
            body = strict_json.loads(told.encode())
            validators.no_media_in(body)
            if not isinstance(body, dict):
                raise BadEventError([_t("The body must be a JSON object.")])
            self.event = self.entrance.read(body)
        except (strict_json.BadJSONError, UnicodeEncodeError) as error:
            raise ValidationError(str(error)) from None
        except BadEventError as error:
            raise ValidationError(error.errors) from None
        return told
