"""What may not come in through any field: media. A report names content by id or link and never carries it."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

EMBEDDED_MEDIA = re.compile(r"data:[\w.+-]*/?[\w.+-]*\s*(;[\w=.+-]+\s*)*,", re.IGNORECASE)
LINK = re.compile(r"https?://[^\s]+\Z", re.IGNORECASE)


def no_media(text: str) -> None:
    """Refuse text that carries a data URI; nothing of it is kept."""
    if EMBEDDED_MEDIA.search(text):
        raise ValidationError(
            _("Content cannot be stored here. Give its id or its link instead."), code="media"
        )


def no_media_in(value: Any) -> None:
    """The same for every text in somebody's JSON, names of fields too."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            no_media(item)
        elif isinstance(item, dict):
            pending += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            pending += item


def link(text: str) -> None:
    if not LINK.match(text):
        raise ValidationError(_("Enter a link that starts with http:// or https://."), code="link")
