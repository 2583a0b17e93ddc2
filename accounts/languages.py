"""Languages as people write them: codes of two or three letters, several with commas between."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CODE = re.compile(r"[a-z]{2,3}\Z")


def check(code: str) -> None:
    """A validator: ValidationError unless it is a language's code."""
    if not CODE.match(code):
        raise ValidationError(_("Enter the language's two or three letters, as in ru."), code="language")


def listed(text: str) -> list[str]:
    """The codes in `ru, uk`, each once, in order. ValidationError for anything that is none."""
    codes = [code.strip().lower() for code in text.split(",") if code.strip()]
    for code in codes:
        check(code)
    return list(dict.fromkeys(codes))
