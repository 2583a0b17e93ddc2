"""What a roster admin enters about a layer."""

import re
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from accounts.models import User
from oncall import people, rota
from oncall.changes import OVERRIDE
from oncall.drafts import Turns
from oncall.forms.walls import ClockField, DateField, WallField, placed, walled
from oncall.layers import LONGEST_TURN
from oncall.models import DutyName, Layer, Roster, TurnUnit
from oncall.words import together

HIGHEST_RANK = 99
UNNAMED = "…"
NUMBER = re.compile(r"[0-9]{1,18}\Z")
# What the rules refuse in their own words, and no field of the form has refused before them.
REFUSED_BY_RULES = (
    gettext_noop("The layer must end after it begins."),
    gettext_noop("A layer holds at most 1,000 people."),
)


class LayerForm(forms.Form):
    """A layer but for who takes turns. All times are wall clock of the roster's zone."""

    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"),
        max_length=80,
        error_messages={"required": gettext_lazy("Name the layer, as in “Nights”.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    duty = forms.ChoiceField(label=gettext_lazy("Duty"), choices=DutyName.choices)
    rank = forms.IntegerField(
        label=gettext_lazy("Rank"),
        min_value=0,
        max_value=HIGHEST_RANK,
        help_text=gettext_lazy("Higher covers lower; equal ranks are on together."),
    )
    turn_n = forms.IntegerField(label=gettext_lazy("A turn lasts"), min_value=1, max_value=LONGEST_TURN)
    turn_unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=TurnUnit.choices)
    anchor_on = DateField(
        label=gettext_lazy("First turn on"),
        help_text=gettext_lazy("Turns are counted from this date."),
        error_messages={"required": gettext_lazy("Say on which date the first turn begins.")},
    )
    handoff_time = ClockField(
        label=gettext_lazy("Handoff at"),
        help_text=gettext_lazy("When one turn ends and the next begins."),
        error_messages={"required": gettext_lazy("Say at what time turns are handed over.")},
    )
    working_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Working days"),
        required=False,
        coerce=int,
        choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: every day."),
    )
    window_start = ClockField(
        label=gettext_lazy("On from"),
        required=False,
        help_text=gettext_lazy("Both empty: around the clock."),
    )
    window_end = ClockField(
        label=gettext_lazy("On until"),
        required=False,
        help_text=gettext_lazy("An earlier time is the next day's."),
    )
    ends_on = DateField(
        label=gettext_lazy("Ends on"),
        required=False,
        help_text=gettext_lazy("Its handoff that day ends it. Empty: no end."),
    )
    since = WallField(
        label=gettext_lazy("In force from"),
        required=False,
        help_text=gettext_lazy("Empty: from now on. The past stays as it was."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    replaces = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)

    def clean_name(self) -> str:
        if self.cleaned_data["name"].casefold() == OVERRIDE:
            raise ValidationError(
                _("“override” is what shifts given by hand are called. Choose another name.")
            )
        return self.cleaned_data["name"]

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        edges = [name for name in ("window_start", "window_end") if name not in self.errors]
        if len(edges) == 2 and (told["window_start"] is None) != (told["window_end"] is None):
            empty = next(name for name in edges if told[name] is None)
            self.add_error(empty, _("Give both times, or neither."))
        return told


class LayerSheet:
    """A whole layer on one sheet: its fields, its turns, and the layer they come to. Fault is found either way;
    it is shown at the fields only where the sheet `blames`, so that a button that adds a row blames nobody."""

    def __init__(self, data: QueryDict, turns: Turns, zone: ZoneInfo, *, at: datetime, blames: bool):
        self.data, self.turns, self.zone, self.at, self.blames = data, turns, zone, at, blames
        self.read = LayerForm(data)
        refuse_the_past(self.read, zone, at)
        self.people = candidates(turns)
        self.wrong_turns = ""
        self.layer = self._layer()
        self.form = self.read if blames else LayerForm(initial=_typed(data))

    @classmethod
    def posted(cls, data: QueryDict, zone: ZoneInfo, *, at: datetime, blames: bool) -> "LayerSheet":
        turns = Turns.posted(data)
        turns.press(data.get("press", ""))
        return cls(data, turns, zone, at=at, blames=blames)

    @classmethod
    def at_first(cls, told: dict[str, Any], turns: Turns, zone: ZoneInfo, *, at: datetime) -> "LayerSheet":
        """Read as a browser would send it, so what is shown at first means what it means when it is sent back."""
        data = QueryDict(mutable=True)
        for name, value in told.items():
            data.setlist(name, [str(one) for one in (value if isinstance(value, list) else [value])])
        return cls(data, turns, zone, at=at, blames=False)

    def knowing(self, theirs: Roster) -> "LayerSheet":
        """The same as typed, whose next *Save* knows of the roster as it is now."""
        data = self.data.copy()
        data["version"] = str(theirs.version)
        return LayerSheet(data, self.turns, theirs.tz, at=self.at, blames=True)

    @property
    def is_refused(self) -> bool:
        """Whether somebody is shown that something is wrong."""
        return self.blames and bool(self.form.errors or self.wrong_turns)

    def refuse_name(self) -> None:
        """What only the roster's other layers know."""
        self.read.add_error("name", _("Another layer of this roster has this name. Give each its own."))
        self.layer = None

    @property
    def replaces(self) -> str:
        return self.read.cleaned_data.get("replaces", "")

    @property
    def since(self) -> datetime | None:
        return placed(self.read.cleaned_data.get("since"), self.zone)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """(field, sentence): why there is nothing to preview yet."""
        told = [
            (str(self.read.fields[name].label), str(error))
            for name, errors in self.read.errors.items()
            for error in errors
            if name in self.read.fields
        ]
        return told + ([(_("Who takes turns"), self.wrong_turns)] if self.wrong_turns else [])

    @property
    def is_valid(self) -> bool:
        return self.layer is not None and not self.read.errors

    def _layer(self) -> rota.Layer | None:
        """What the sheet comes to; None, with the fault found, for what can be no layer. It need not have a name to be
        looked at: that is often the last thing people think of."""
        groups = self._groups()
        self.read.is_valid()
        if self.read.errors.keys() - {"name"} or self.wrong_turns:
            return None
        told = {"name": UNNAMED} | self.read.cleaned_data
        plain = ("name", "rank", "duty", "anchor_on", "handoff_time", "ends_on")
        try:
            return rota.Layer(
                **{name: told[name] for name in plain},
                turn=rota.Turn(told["turn_n"], told["turn_unit"]),
                working_days=_days(told["working_days"]),
                window=_window(told["window_start"], told["window_end"]),
                groups=groups,
            )
        except rota.RotaError as refusal:
            self._refuse(refusal)
            return None

    def _refuse(self, refusal: rota.RotaError) -> None:
        if refusal.field in self.read.fields:
            self.read.add_error(refusal.field, _(refusal.message))
        else:
            self.wrong_turns = _(refusal.message)

    def _groups(self) -> tuple[tuple[int, ...], ...]:
        known = {value for value, _label in self.people}
        groups = self.turns.groups
        if not groups:
            self.wrong_turns = _("Choose at least one person: a layer without people covers nothing.")
        elif any(one not in known for group in groups for one in group):
            self.wrong_turns = _("Choose people from the list.")
        else:
            self.wrong_turns = _without_the_role({int(one) for group in groups for one in group})
        return () if self.wrong_turns else tuple(tuple(int(one) for one in group) for group in groups)


class EndForm(forms.Form):
    """From when on a layer gives no shifts."""

    since = WallField(
        label=gettext_lazy("No shifts from"), required=False, help_text=gettext_lazy("Empty: from now on.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0


def refuse_the_past(form: forms.Form, zone: ZoneInfo, at: datetime) -> None:
    """Find fault with a `since` before now; the minute that runs is now."""
    form.is_valid()
    since = placed(form.cleaned_data.get("since"), zone)
    if since and since < at.replace(second=0, microsecond=0):
        form.add_error("since", _("The past stays as it was. Give a time from now on, or leave it empty."))


def candidates(turns: Turns) -> list[tuple[str, str]]:
    """Whom a turn can name: those who may be on duty, and whoever is named already. One query."""
    kept = [int(one) for row in turns.rows for one in row if NUMBER.match(one)]
    named = Q(pk__in=kept) | Q(pk__in=people.who_may_be_on_duty().values("pk"))
    known = User.objects.marked_reachable().filter(named).order_by("name", "pk")
    return [(str(person.pk), _labelled(person)) for person in known]


def turns_of(layer: Layer) -> Turns:
    """Whose turns a saved layer has."""
    rows: dict[int, list[str]] = {}
    for place in layer.participants.all():
        rows.setdefault(place.group, []).append(str(place.person_id))
    return Turns(list(rows.values()) or [[""]])


def told_of(layer: Layer, zone: ZoneInfo, at: datetime) -> dict[str, Any]:
    """A saved layer, field by field. One that is only coming stays planned for when it comes."""
    is_coming = layer.effective_from is not None and layer.effective_from > at
    return {name: getattr(layer, name) for name in ("name", "duty", "rank", "turn_n", "turn_unit")} | {
        "anchor_on": layer.anchor_on.isoformat(),
        "handoff_time": f"{layer.handoff_time:%H:%M}",
        "working_days": layer.working_days or [],
        "window_start": f"{layer.window_start:%H:%M}" if layer.window_start is not None else "",
        "window_end": f"{layer.window_end:%H:%M}" if layer.window_end is not None else "",
        "ends_on": layer.ends_on.isoformat() if layer.ends_on else "",
        "since": walled(layer.effective_from, zone) if is_coming else "",
        "replaces": layer.name,
    }


def usual(zone: ZoneInfo, at: datetime) -> dict[str, Any]:
    """What a new layer mostly is: weekly turns from today on, handed over in the morning."""
    told = {"duty": DutyName.PRIMARY.value, "rank": 1, "turn_n": 1, "turn_unit": TurnUnit.WEEK.value}
    return told | {"anchor_on": at.astimezone(zone).date().isoformat(), "handoff_time": "09:00"}


def _typed(data: QueryDict) -> dict[str, Any]:
    """What was typed, for a form that finds no fault with it."""
    fields = LayerForm.base_fields.items()
    return {name: field.widget.value_from_datadict(data, {}, name) for name, field in fields}


def _labelled(person: Any) -> str:
    if not person.is_active:
        return _("%s (deactivated)") % person.name
    return person.name if person.is_reachable else _("%s (cannot be reached)") % person.name


def _without_the_role(ids: set[int]) -> str:
    """The sentence about those named whose roles do not open On duty; nothing where there are none."""
    if barred := people.barred(ids):
        words = _(
            "The roles of %(names)s do not open On duty. Give them one that does, or choose somebody else."
        )
        return words % {"names": together([person.name for person in barred])}
    return ""


def _window(start: time | None, end: time | None) -> rota.Window | None:
    return None if start is None or end is None else rota.Window(start, end)


def _days(ticked: list[int]) -> frozenset[int] | None:
    days = frozenset(ticked)
    return days if days and len(days) < len(WEEKDAYS) else None
