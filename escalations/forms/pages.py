"""Asking one person by hand."""

from django.utils.translation import gettext_lazy as _

from incidents.forms.room import FormWithPerson, PersonField


class PageForm(FormWithPerson):
    person_field = "person"
    person = PersonField(label=_("Person"), error_messages={"required": _("Choose somebody to page.")})
