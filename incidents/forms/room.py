"""What people enter in a room. Every text refuses embedded media; every refusal stands at its field."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts import languages
from accounts.forms.moments import MomentField
from accounts.models import User
from incidents import response, validators
from incidents.choices import Function, Region, Severity, TaskState, Tlp
from incidents.forms.titles import TitleField
from incidents.models import Incident

LONGEST_TEXT = 20_000
# Minutes until the next status update, as a writer chooses them.
NEXT_UPDATES = [
    ("30", _("in 30 minutes")),
    ("60", _("in 1 hour")),
    ("120", _("in 2 hours")),
    ("240", _("in 4 hours")),
    ("480", _("in 8 hours")),
    ("1440", _("in 1 day")),
    ("10080", _("in 1 week")),
    ("", _("No further update is needed")),
]


def words(label, *, rows: int = 3, required: Any = "", help_text="") -> forms.CharField:
    """A field for what somebody writes; `required` is what they are told when they write nothing."""
    return forms.CharField(
        label=label,
        required=bool(required),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
        validators=[validators.no_media],
        help_text=help_text,
        error_messages={"required": required},
    )


class PersonField(forms.ModelChoiceField):
    """One of the people the room may be opened to."""

    def __init__(self, *, label, **more):
        shown = {"empty_label": _("Choose somebody")} | more
        super().__init__(queryset=User.objects.none(), label=label, **shown)

    def offer(self, people: Iterable[User]) -> None:
        chosen = list(people)
        self.queryset = User.objects.filter(pk__in=[person.pk for person in chosen]).order_by("name", "pk")
        # The people are in hand already; the widget need not ask for them again.
        self.choices = [("", self.empty_label), *((person.pk, person.name) for person in chosen)]


class RoomForm(forms.Form):
    """Several of these stand on one screen, so each has ids of its own."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}_%s")
        super().__init__(*args, **kwargs)


class FormWithPerson(RoomForm):
    """A form with one field for a person; `offer` says who may be chosen."""

    person_field: str

    def offer(self, people: Iterable[User]) -> None:
        cast(PersonField, self.fields[self.person_field]).offer(people)


class NoteForm(RoomForm):
    text = words(_("Note"), required=_("Write something first."))
    occurred_at = MomentField(
        label=_("When it happened"), help_text=_("If it was earlier. In your time zone.")
    )


class UpdateForm(RoomForm):
    text = words(
        _("Where things stand"),
        rows=5,
        required=_("Say where things stand."),
        help_text=_("What is known, what is being done, what is open."),
    )
    next_in = forms.ChoiceField(label=_("Next update"), choices=NEXT_UPDATES, required=False)
    tlp = forms.ChoiceField(label=_("May be passed on"), choices=Tlp.choices, initial=Tlp.AMBER_STRICT)

    @classmethod
    def for_incident(cls, incident: Incident) -> "UpdateForm":
        """Empty, with the severity's own cadence chosen."""
        minutes = int(response.TARGETS[incident.severity].cadence.total_seconds() // 60)
        return cls(initial={"next_in": str(minutes)})

    @property
    def next_after(self) -> timedelta | None:
        minutes = self.cleaned_data["next_in"]
        return timedelta(minutes=int(minutes)) if minutes else None


class DecisionForm(RoomForm):
    text = words(_("What was decided"), rows=2, required=_("Say what was decided."))
    reason = words(_("Why"), required=_("Say why; a review will ask."))


class SeverityForm(RoomForm):
    severity = forms.TypedChoiceField(
        label=_("New severity"),
        coerce=int,
        choices=Severity.choices,
        error_messages={"required": _("Choose a severity.")},
    )
    reason = words(_("Why"), rows=2, required=_("Say why the severity changes."))


class ContainForm(RoomForm):
    reason = words(_("What contained it"), rows=2)


class ResolveForm(RoomForm):
    reason = words(_("How it ended"), rows=2, required=_("Say in a line how it ended."))


class ReopenForm(RoomForm):
    reason = words(_("Why it is not over"), rows=2, required=_("Say why it is opened again."))


class ManagerForm(FormWithPerson):
    person_field = "manager"
    manager = PersonField(label=_("New incident manager"), error_messages={"required": _("Choose somebody.")})
    reason = words(_("Why"), rows=2, required=_("Say why the incident changes hands."))


class AssignForm(FormWithPerson):
    person_field = "person"
    function = forms.ChoiceField(
        label=_("Function"),
        choices=[("", _("Choose a function")), *Function.choices],
        error_messages={"required": _("Choose a function.")},
    )
    person = PersonField(label=_("Person"), error_messages={"required": _("Choose somebody.")})


class TaskForm(FormWithPerson):
    person_field = "assignee"
    title = TitleField(
        label=_("What has to be done"),
        max_length=200,
        error_messages={"required": _("Say what has to be done.")},
    )
    assignee = PersonField(label=_("Who does it"), required=False, empty_label=_("Nobody yet"))
    due_at = MomentField(label=_("Due"))


class SettleForm(RoomForm):
    """Done or not applicable, from one task's own two buttons."""

    state = forms.ChoiceField(choices=[s for s in TaskState.choices if s[0] != TaskState.OPEN])
    outcome = words(_("Evidence, or why it does not apply"), rows=2)


class TakeForm(FormWithPerson):
    person_field = "assignee"
    assignee = PersonField(label=_("Who does it"), required=False, empty_label=_("Nobody"))


class CurateForm(RoomForm):
    title = forms.CharField(
        label=_("Heading"), max_length=200, required=False, validators=[validators.no_media]
    )
    pinned = forms.BooleanField(label=_("Keep in view"), required=False)
    hidden = forms.BooleanField(label=_("Fold away"), required=False)


class PropertiesForm(RoomForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    title = TitleField(
        label=_("Title"),
        max_length=1024,
        error_messages={"required": _("Say in one line what is happening.")},
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

    @classmethod
    def for_incident(cls, incident: Incident) -> "PropertiesForm":
        return cls(initial={name: getattr(incident, name) for name in cls.base_fields})

    def against(self, current: Incident, words: str) -> "PropertiesForm":
        """What was typed, now to be saved over `current`, with the reason why it has to be looked at again."""
        again = PropertiesForm({**cast(QueryDict, self.data).dict(), "version": current.version})
        again.add_error(None, words)
        return again
