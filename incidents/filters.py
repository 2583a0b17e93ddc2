"""What of the queue somebody asks to see: a whitelist of filters, read from the address. What cannot be read is
said and left out, and the rest counts."""

from collections.abc import Iterable

import django_filters as filters
from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import languages
from accounts.codes import as_written
from accounts.models import User
from accounts.subject import Subject
from incidents.choices import Mode, Region, Severity, StageName
from incidents.querysets import IncidentQuerySet
from incidents.taxonomy import HARM_TYPES
from incidents.transitions import OPEN_STAGES

# Chosen by chips, each with the number of incidents behind it; the others have a field.
CHIPS = ("severity", "stage")
MOST_VALUES = 10
ME, NOBODY = "me", "nobody"

Choice = tuple[str, str | Promise]


def stages(*, ended: bool) -> list[Choice]:
    """Those of what is open, or of what has ended."""
    return [(name.value, name.label) for name in StageName if (name.value in OPEN_STAGES) != ended]


def _harm_types() -> list[Choice]:
    return [(harm.code, harm.name) for harm in HARM_TYPES.values()]


class QueueFilter(filters.FilterSet):
    """`told` holds what was read, by name; `complaints` are sentences about what was not."""

    severity = filters.MultipleChoiceFilter(choices=Severity.choices, label=_("Severity"), distinct=False)
    stage = filters.MultipleChoiceFilter(choices=StageName.choices, label=_("Stage"), distinct=False)
    harm_type = filters.ChoiceFilter(choices=_harm_types, label=_("Harm type"), empty_label=_("Any"))
    region = filters.ChoiceFilter(choices=Region.choices, label=_("Region"), empty_label=_("Any"))
    language = filters.CharFilter(
        label=_("Language"),
        lookup_expr="exact",
        validators=[languages.check],
        help_text=_("Two or three letters, as in ru."),
        widget=forms.TextInput(attrs={"size": 3, "autocapitalize": "none"}),
    )
    mode = filters.ChoiceFilter(choices=Mode.choices, label=_("Mode"), empty_label=_("Any"))
    manager = filters.ChoiceFilter(label=_("Incident manager"), empty_label=_("Anyone"), method="managed_by")
    acknowledged = filters.ChoiceFilter(
        choices=[("yes", _("Yes")), ("no", _("No"))],
        label=_("Acknowledged"),
        empty_label=_("Either"),
        method="has_been_acknowledged",
    )
    q = filters.CharFilter(label=_("Words of the title, or a code"), max_length=100, method="named")

    def __init__(
        self,
        asked: QueryDict,
        queryset: IncidentQuerySet,
        *,
        subject: Subject,
        ended: bool,
        managers: Iterable[User],
    ):
        self.subject, self.ended = subject, ended
        people = [(str(person.pk), person.name) for person in managers]
        self.choices_now: dict[str, list[Choice]] = {
            "stage": stages(ended=ended),
            "manager": [(ME, _("Me")), (NOBODY, _("Nobody")), *people],
        }
        self.unknown: list[str] = []
        super().__init__(self._readable(asked), queryset)
        for name, choices in self.choices_now.items():
            self.filters[name].extra["choices"] = choices

    def _readable(self, asked: QueryDict) -> QueryDict:
        """What was asked for, without empty answers, and of several values those that are choices."""
        read = QueryDict(mutable=True)
        for name in self.base_filters:
            values = list(dict.fromkeys(v.strip() for v in asked.getlist(name) if v.strip()))[:MOST_VALUES]
            if name in CHIPS:
                known = self._known(name)
                self.unknown += [_left_out(self.base_filters[name], v) for v in values if v not in known]
                values = [value for value in values if value in known]
            if values:
                read.setlist(name, values if name in CHIPS else values[-1:])
        return read

    def _known(self, name: str) -> set[str]:
        return {
            str(value)
            for value, _label in self.choices_now.get(name, self.base_filters[name].extra["choices"])
        }

    @property
    def told(self) -> dict[str, list[str]]:
        """What counts, by name, as it stood in the address."""
        return {name: self.data.getlist(name) for name in self.data if name not in self.errors}

    @property
    def complaints(self) -> list[str]:
        return self.unknown + [
            _left_out(asked := self.base_filters[name], self.data.get(name, ""), _reason(asked, errors))
            for name, errors in self.errors.items()
        ]

    def filter_queryset(self, queryset):
        return self.narrowed(queryset)

    def narrowed(self, queryset, *, without: Iterable[str] = ()):
        """`queryset` under every filter but those named."""
        for name in self.told:
            if name not in without:
                queryset = self.filters[name].filter(queryset, self.form.cleaned_data[name])
        return queryset

    def managed_by(self, queryset, name, value):
        person = {ME: self.subject.person_id, NOBODY: None}.get(value, value)
        return queryset.filter(incident_manager=person)

    def has_been_acknowledged(self, queryset, name, value):
        return queryset.filter(acknowledged_at__isnull=value == "no")

    def named(self, queryset, name, value):
        words = Q()
        for word in value.split():
            words &= Q(title__icontains=word)
        return queryset.filter(words | Q(code__startswith=as_written(value)))


def _reason(asked: filters.Filter, errors: list[str]) -> str:
    """What a field says about a value; a list of choices only needs to say that it is none of them."""
    return "" if isinstance(asked, filters.ChoiceFilter) else errors[0]


def _left_out(asked: filters.Filter, value: str, why: str = "") -> str:
    words = {"filter": asked.label, "value": value.replace("\x00", "")[:40], "why": why}
    if not why:
        return _t("%(filter)s “%(value)s” is not one of the choices here, so it was left out.") % words
    return _t("%(filter)s “%(value)s” was left out. %(why)s") % words
