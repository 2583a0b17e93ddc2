"""The integrations' section on the administration screen."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.models import Integration
from incidents.taxonomy import HARM_TYPES
from incidents.words import reasons

register = template.Library()


@register.inclusion_tag("accounts/_section.html", takes_context=True)
def integrations_section(context: dict[str, Any]) -> dict[str, Any]:
    standing = Integration.objects.filter(revoked_at=None)
    changing = standing.filter(old_key_until__gt=context["subject"].at).count()
    words = ngettext(
        "%(n)s of them is changing over to a new key.",
        "%(n)s of them are changing over to a new key.",
        changing,
    )
    about = words % {"n": changing} if changing else _("Each has one key that works.")
    return {
        "url": reverse("integrations"),
        "icon": "key",
        "title": _("Integrations"),
        "count": standing.count(),
        "about": about,
    }


@register.filter
def harm_name(code: str) -> str:
    return str(HARM_TYPES[code].name)


@register.filter
def in_words(explanation: list[dict]) -> list[str]:
    return reasons(explanation)
