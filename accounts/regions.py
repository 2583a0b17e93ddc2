"""The regions people work in and incidents happen in."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Region(TextChoices):
    AMER = "AMER", _("Americas")
    EMEA = "EMEA", _("Europe, Middle East and Africa")
    APAC = "APAC", _("Asia and Pacific")
    REECA = "REECA", _("Russia, Eastern Europe and Central Asia")
