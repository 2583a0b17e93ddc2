"""Asking somebody by hand, and handing a page on."""

from collections.abc import Container, Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Urgency, User
from escalations import words
from incidents.choices import Function
from incidents.forms.room import FormWithPerson, PersonField, RoomForm

URGENCIES = [
    (Urgency.HIGH.value, _("High: it is urgent")),
    (Urgency.LOW.value, _("Low: it can wait")),
]


class PageForm(RoomForm):
    """A function or a person, `function:legal` or `person:7`, and how urgently; high unless said."""

    who = forms.ChoiceField(
        label=_("Function or person"), error_messages={"required": _("Choose a function or a person.")}
    )
    urgency = forms.ChoiceField(label=_("Urgency"), choices=URGENCIES, required=False)

    def offer(self, people: Iterable[User], *, off_call: Container[str] = ()) -> None:
        """Functions nobody is on call for are offered with a word on that: asking for one is refused."""
        self.people = {f"person:{person.pk}": person for person in people}
        named = [(code, person.name) for code, person in self.people.items()]
        functions = [
            (
                f"function:{function.value}",
                words.off_call(str(function.label)) if function.value in off_call else function.label,
            )
            for function in Function
        ]
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose whom to page")),
            (_("Whoever is on call as"), functions),
            (_("One person"), named),
        ]

    @property
    def person(self) -> User | None:
        return self.people.get(self.cleaned_data["who"])

    @property
    def function(self) -> str:
        """Empty where a person was chosen."""
        kind, _colon, which = self.cleaned_data["who"].partition(":")
        return which if kind == "function" else ""

    @property
    def chosen_urgency(self) -> str:
        return self.cleaned_data["urgency"] or Urgency.HIGH.value


class HandOnForm(FormWithPerson):
    person_field = "to"
    to = PersonField(label=_("Hand it on to"), error_messages={"required": _("Choose somebody.")})
