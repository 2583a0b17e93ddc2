"""A title as people enter it."""

from typing import Any

from django import forms

from incidents import titles, validators


class TitleField(forms.CharField):
    """One line that can be read. `required` is judged by what is left of it then."""

    default_validators = [validators.no_media]

    def to_python(self, value: Any) -> str:
        return titles.readable(super().to_python(value) or "")
