"""What a roster admin enters about a roster."""

from collections.abc import Iterable
from copy import copy
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts import languages
from accounts.models import Clearance, Site, User
from oncall import people, words
from oncall.coverage import MOST_ASKED, Requirement
from oncall.drafts import SkillRow, Skills
from oncall.forms.walls import ClockField, DateField, WallField, placed, walled
from oncall.layers import Window
from oncall.models import Roster

DEEPEST = 100
LONGEST_LOOK = timedelta(days=366)
PLAIN = ("name", "zone", "depth", "is_paged", "is_manager_on_duty", "holiday_site", "holiday_depth")


class RosterForm(forms.Form):
    """A roster but for the skills it requires. Its period is wall clock of its own zone."""

    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"),
        max_length=80,
        error_messages={"required": gettext_lazy("Name the roster, as in “Duty”.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        help_text=gettext_lazy("Its handoffs and windows are wall clock there."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Choose the zone whose clocks it follows.")},
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose somebody"),
        help_text=gettext_lazy("Hears of holes before they come."),
        error_messages={"required": gettext_lazy("Choose who answers for it.")},
    )
    is_paged = forms.BooleanField(
        label=gettext_lazy("Policies page it"),
        required=False,
        help_text=gettext_lazy("Without it, it says who is at work and nobody is called."),
    )
    is_manager_on_duty = forms.BooleanField(
        label=gettext_lazy("It is the manager on duty"),
        required=False,
        help_text=gettext_lazy("One roster is: the last to be asked when nobody else answers."),
    )
    depth = forms.IntegerField(
        label=gettext_lazy("On at once"),
        min_value=0,
        max_value=DEEPEST,
        help_text=gettext_lazy("How many people each duty needs."),
    )
    fallback = forms.ModelChoiceField(
        label=gettext_lazy("When nobody is on"),
        queryset=Roster.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody else is asked"),
        help_text=gettext_lazy("The roster that is asked in its place."),
    )
    holiday_site = forms.ChoiceField(
        label=gettext_lazy("Public holidays of"),
        required=False,
        choices=[("", gettext_lazy("None")), *Site.choices],
    )
    holiday_depth = forms.IntegerField(
        label=gettext_lazy("On at once on those days"),
        required=False,
        min_value=0,
        max_value=DEEPEST,
        help_text=gettext_lazy("Empty: as on any day."),
    )
    begins_at = WallField(
        label=gettext_lazy("Begins"),
        required=False,
        help_text=gettext_lazy("Left empty on a new roster: now."),
    )
    ends_at = WallField(
        label=gettext_lazy("Ends"), required=False, help_text=gettext_lazy("Empty: it stays.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, roster: Roster | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.roster = roster
        owners = Q(pk__in=people.who_may_be_on_duty().values("pk"))
        others = Roster.objects.order_by("name")
        if roster:
            owners |= Q(pk=roster.owner_id)
            others = others.exclude(pk=roster.pk)
        self.fields["owner"].queryset = User.objects.filter(owners).order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["fallback"].queryset = others  # type: ignore[attr-defined]

    def clean_zone(self) -> str:
        if self.cleaned_data["zone"] not in available_timezones():
            raise ValidationError(_("Choose a zone from the list, such as America/Los_Angeles."))
        return self.cleaned_data["zone"]

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        if told.get("is_manager_on_duty") and not told.get("is_paged"):
            self.add_error("is_paged", _("The manager on duty is paged: tick this as well."))
        if told.get("holiday_depth") is not None and not told.get("holiday_site"):
            self.add_error("holiday_site", _("Choose whose holidays, or leave the number empty."))
        begins, ends = told.get("begins_at"), told.get("ends_at")
        if begins and ends and ends <= begins:
            self.add_error("ends_at", _("The end must be after the beginning."))
        return told


class RosterSheet:
    """A whole roster on one sheet, fields and required skills; see `LayerSheet` for how it finds fault."""

    def __init__(self, data: QueryDict, skills: Skills, roster: Roster | None, *, blames: bool):
        self.data, self.skills, self.roster, self.blames = data, skills, roster, blames
        self.read = RosterForm(data, roster=roster)
        self.choices = skill_choices(row.skill for row in skills.rows)
        self.wrong_skills: dict[int, str] = {}
        self.required = list(self._requirements())
        self.is_valid = self.read.is_valid() and not self.wrong_skills
        self.fields = self._fields() if self.is_valid else {}
        self.form = self.read if blames else RosterForm(initial=_typed(data), roster=roster)

    @classmethod
    def posted(cls, data: QueryDict, roster: Roster | None, *, blames: bool) -> "RosterSheet":
        skills = Skills.posted(data)
        skills.press(data.get("press", ""))
        return cls(data, skills, roster, blames=blames)

    @classmethod
    def at_first(cls, told: dict[str, Any], skills: Skills, roster: Roster | None) -> "RosterSheet":
        data = QueryDict(mutable=True)
        data.update(
            {name: str(value) for name, value in told.items() if value is not None and value is not False}
        )
        return cls(data, skills, roster, blames=False)

    def knowing(self, theirs: Roster) -> "RosterSheet":
        """The same as typed, whose next *Save* knows of the roster as it is now."""
        data = self.data.copy()
        data["version"] = str(theirs.version)
        return RosterSheet(data, self.skills, theirs, blames=True)

    @property
    def is_refused(self) -> bool:
        """Whether somebody is shown that something is wrong."""
        return self.blames and bool(self.form.errors or self.wrong_skills)

    @property
    def rows(self) -> list[tuple[SkillRow, str]]:
        """Each required skill as typed, with what is wrong with it."""
        return [
            (row, self.wrong_skills.get(n, "") if self.blames else "")
            for n, row in enumerate(self.skills.rows)
        ]

    @property
    def faults(self) -> list[tuple[str, str]]:
        told = [
            (str(self.read.fields[name].label), str(error))
            for name, errors in self.read.errors.items()
            for error in errors
            if name in self.read.fields
        ]
        return told + [(_("Required skills"), sentence) for sentence in self.wrong_skills.values()]

    def _fields(self) -> dict[str, Any]:
        """What the actions take."""
        told, was = self.read.cleaned_data, self.roster
        zone = ZoneInfo(told["zone"])
        return {name: told[name] for name in (*PLAIN, "owner", "fallback")} | {
            "begins_at": placed(told["begins_at"], zone, was=was.begins_at if was else None),
            "ends_at": placed(told["ends_at"], zone, was=was.ends_at if was else None),
        }

    @property
    def edited(self) -> Roster:
        """The roster as it would be, not saved."""
        roster = copy(self.roster) if self.roster else Roster()
        for name, value in self.fields.items():
            setattr(roster, name, value)
        return roster

    def _requirements(self) -> Iterable[Requirement]:
        known = {code for _group, codes in self.choices for code, _label in codes}
        for place, row in enumerate(self.skills.rows):
            if row.is_blank:
                continue
            try:
                yield _requirement(row, known)
            except ValidationError as error:
                self.wrong_skills[place] = str(error.message)


class WindowForm(forms.Form):
    """Which days the coverage of a roster is looked at for, both included."""

    since = DateField(label=gettext_lazy("From"))
    until = DateField(label=gettext_lazy("Until"))

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day comes before the first."))
        elif since and until and until - since >= LONGEST_LOOK:
            self.add_error("until", _("Choose a year at most."))
        return self.cleaned_data

    @property
    def days(self) -> tuple[date, date] | None:
        return (self.cleaned_data["since"], self.cleaned_data["until"]) if self.is_valid() else None


def told_of(roster: Roster) -> dict[str, Any]:
    """A saved roster, field by field."""
    return {name: getattr(roster, name) for name in PLAIN} | {
        "owner": roster.owner_id,
        "fallback": roster.fallback_id,
        "begins_at": walled(roster.begins_at, roster.tz),
        "ends_at": walled(roster.ends_at, roster.tz),
        "version": roster.version,
    }


def skills_of(roster: Roster) -> Skills:
    return Skills(
        [
            SkillRow(skill.skill, str(skill.count), _clock(skill.window_start), _clock(skill.window_end))
            for skill in roster.required_skills.all()
        ]
    )


def skill_choices(kept: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be required: each language that somebody works in, each clearance, and what is asked for already.
    One query."""
    spoken = User.objects.filter(is_active=True).exclude(languages=[]).values_list("languages", flat=True)
    asked = {skill.removeprefix("language:") for skill in kept if skill.startswith("language:")}
    codes = {code for some in spoken for code in some} | {
        code for code in asked if languages.CODE.match(code)
    }
    named = sorted((words.language(code), code) for code in codes)
    return [
        (_("Languages"), [(f"language:{code}", name) for name, code in named]),
        (_("Clearances"), [(f"clearance:{code}", str(label)) for code, label in Clearance.Kind.choices]),
    ]


def usual(zone: str, owner: User) -> dict[str, Any]:
    """What a new roster mostly is."""
    return {"zone": zone, "owner": owner.pk, "depth": 1, "is_paged": True}


def _requirement(row: SkillRow, known: set[str]) -> Requirement:
    if row.skill not in known:
        raise ValidationError(_("Choose a language or a clearance from the list."))
    if not row.count.isdecimal() or not 1 <= int(row.count[:6]) <= MOST_ASKED:
        raise ValidationError(_("Ask for 1 to 100 people."))
    edges = [_edge(row.start), _edge(row.end)]
    if (edges[0] is None) != (edges[1] is None):
        raise ValidationError(_("Give both times, or neither."))
    window = Window(edges[0], edges[1]) if edges[0] is not None and edges[1] is not None else None
    return Requirement(row.skill, int(row.count), window)


def _edge(typed: str) -> Any:
    return ClockField(required=False).clean(typed)


def _clock(at: Any) -> str:
    return f"{at:%H:%M}" if at is not None else ""


def _typed(data: QueryDict) -> dict[str, Any]:
    fields = RosterForm.base_fields.items()
    return {name: field.widget.value_from_datadict(data, {}, name) for name, field in fields}
