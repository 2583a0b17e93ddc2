"""What administrators enter about policies."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts import languages
from accounts.models import Clearance, User
from escalations import words
from escalations.actions.policies import LONGEST_WAIT, MOST_REPEATS, End
from escalations.drafts import MOST_STEPS, Draft, DraftStep
from escalations.ladder import Step, Target
from escalations.models import EscalationPolicy, PolicyStep, StepTarget
from incidents.choices import Function
from oncall.models import DutyName, Roster

DAYS = frozenset("0123456")
PLACE = re.compile(r"[1-9]\d?\Z")
MINUTES = re.compile(r"\d{1,5}(?:[.,]\d{1,2})?\Z")


def code(target: StepTarget | Target) -> str:
    """How a form names a target: `roster:3:primary`, `everyone:3`, `function:legal`, `person:7`."""
    plain = target.plain() if isinstance(target, StepTarget) else target
    if plain.function:
        return f"function:{plain.function}"
    if plain.everyone:
        return f"everyone:{plain.roster}"
    return f"roster:{plain.roster}:{plain.duty}" if plain.roster else f"person:{plain.person}"


class Targets:
    """Whom a step can page: every paged roster's duties, everyone on one, a function's on-call, everybody who is
    active; and whoever a policy names already, so that opening it changes nothing."""

    def __init__(self, policy: EscalationPolicy | None = None):
        kept = {t for step in policy.steps.all() for t in step.targets.all()} if policy else set()
        named, people = {t.roster_id for t in kept}, {t.person_id for t in kept}
        if policy:
            named.add(policy.fallback_id)
        rosters = [roster for roster in Roster.objects.all() if roster.is_paged or roster.pk in named]
        self.rosters = {str(roster.pk): roster for roster in rosters}
        self.zones = sorted(
            {"UTC", *(roster.zone for roster in rosters), *(zones_of(policy) if policy else ())}
        )
        self.duties = [
            (f"roster:{roster.pk}:{duty}", words.on_duty(roster.name, duty))
            for roster in rosters
            for duty in DutyName.values
        ]
        self.everyone = [(f"everyone:{roster.pk}", words.everyone_on(roster.name)) for roster in rosters]
        self.functions = [
            (f"function:{value}", words.function_on_call(str(label))) for value, label in Function.choices
        ]
        self.people = [
            (f"person:{person.pk}", person.name if person.is_active else _("%s (deactivated)") % person.name)
            for person in User.objects.order_by("name", "pk")
            if person.is_active or person.pk in people
        ]
        self.names = dict([*self.duties, *self.everyone, *self.functions, *self.people])

    def plain(self, chosen: str) -> Target | None:
        """None for what is not in the list."""
        if chosen not in self.names:
            return None
        kind, name, *duty = chosen.split(":")
        if kind == "function":
            return Target(function=name)
        if kind == "person":
            return Target(person=int(name))
        return Target(roster=int(name), everyone=True) if kind == "everyone" else Target(int(name), duty[0])

    def zone_of(self, targets: list[Target]) -> str:
        """By whose clocks a step goes that names no zone: its first roster's."""
        rosters = (self.rosters.get(str(target.roster)) for target in targets)
        return next((roster.zone for roster in rosters if roster), "UTC")


def zones_of(policy: EscalationPolicy) -> set[str]:
    return {step.zone for step in policy.steps.all()}


@dataclass
class StepRow:
    """One step of the form: as typed, and what is wrong with it."""

    typed: DraftStep
    delay: int | None
    names: list[str]
    targets: list[Target]
    zone: str
    wrong_wait: str = ""
    wrong_who: str = ""
    wrong_more: str = ""

    @property
    def plain(self) -> Step:
        return Step(
            delay=self.delay or 0,
            targets=tuple(self.targets),
            clearance=self.typed.clearance,
            language=self.typed.language.lower(),
            weekdays=self.weekdays,
            window_start=_clock(self.typed.opens),
            window_end=_clock(self.typed.closes),
            zone=self.zone if self.weekdays is not None or _clock(self.typed.opens) else "UTC",
        )

    @property
    def weekdays(self) -> tuple[int, ...] | None:
        """None for every day, ticked or not."""
        ticked = sorted({int(day) for day in self.typed.days if day in DAYS})
        return tuple(ticked) if 0 < len(ticked) < len(DAYS) else None

    @property
    def open(self) -> bool:
        """Whether what more it asks is shown unfolded."""
        return self.typed.asks_more or bool(self.wrong_more)

    def find_fault(self, zones: list[str]) -> None:
        if self.delay is None:
            self.wrong_wait = _("More than 0 minutes, at most 7 days (10080).")
        if not self.targets:
            self.wrong_who = _("Choose at least one duty or person to page.")
        typed = self.typed
        hours = (typed.opens, typed.closes)
        if any(hours) and not all(_clock(clock) for clock in hours):
            self.wrong_more = _("Give both times, as in 09:00 and 17:00, or neither.")
        elif any(hours) and _clock(typed.opens) == _clock(typed.closes):
            self.wrong_more = _("Choose an end that differs from the beginning, or give neither.")
        elif typed.clearance and typed.clearance not in Clearance.Kind.values:
            self.wrong_more = _("Choose a clearance from the list.")
        elif typed.language and not languages.CODE.match(typed.language.lower()):
            self.wrong_more = _("Enter the language's two or three letters, as in ru.")
        elif typed.zone and typed.zone not in zones:
            self.wrong_more = _("Choose a time zone from the list.")


def _clock(typed: str) -> str:
    """`9:00` as `09:00`; empty for what is no time of day."""
    try:
        return f"{datetime.strptime(typed, '%H:%M'):%H:%M}"  # noqa: DTZ007 - a time of day has no zone
    except ValueError:
        return ""


class PolicyHead(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"),
        max_length=80,
        error_messages={"required": gettext_lazy("Name the policy, as in “SEV1”.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    repeats = forms.TypedChoiceField(
        label=gettext_lazy("Start again"),
        coerce=int,
        required=False,
        choices=[
            (0, gettext_lazy("Not at all")),
            *((n, f"{n} ×") for n in range(1, MOST_REPEATS + 1)),
        ],
        help_text=gettext_lazy("After the last step, if nobody has acknowledged."),
    )
    repeat_from = forms.IntegerField(
        label=gettext_lazy("From step"), min_value=1, max_value=MOST_STEPS, required=False
    )
    fallback = forms.ChoiceField(
        label=gettext_lazy("In the end, ask"),
        required=False,
        help_text=gettext_lazy("Whoever is on duty there, then everyone with a place on it."),
    )

    def __init__(self, *args: Any, targets: "Targets", **kwargs: Any):
        super().__init__(*args, **kwargs)
        rosters = [(pk, roster.name) for pk, roster in targets.rosters.items()]
        self.fields["fallback"].choices = [("", _("The manager on duty")), *rosters]  # type: ignore[attr-defined]

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0


class PolicyForm:
    """The whole policy on one sheet: its name, its steps, its end, and what they say. Only `is_valid` finds fault, so
    that a button that adds a row blames nobody for the empty one."""

    days = list(WEEKDAYS_ABBR.items())
    clearances = Clearance.Kind.choices

    def __init__(self, draft: Draft, targets: Targets, *, sent: bool):
        told = {
            name: getattr(draft, name) for name in ("name", "version", "repeats", "repeat_from", "fallback")
        }
        self.head = PolicyHead(told, targets=targets) if sent else PolicyHead(initial=told, targets=targets)
        self.draft, self.targets = draft, targets
        self.rows = [self._row(step) for step in draft.steps]

    def is_valid(self) -> bool:
        if not self.rows:
            self.head.add_error(None, _("Add at least one step: a policy without steps pages nobody."))
        for row in self.rows:
            row.find_fault(self.targets.zones)
        if self.head.is_valid() and self.end.repeats and self.end.repeat_from >= max(len(self.rows), 1):
            self.head.add_error("repeat_from", _("There is no such step."))
        return self.head.is_valid() and not any(
            row.wrong_wait or row.wrong_who or row.wrong_more for row in self.rows
        )

    def refuse(self, sentence: str) -> None:
        self.head.add_error(None, sentence)

    @property
    def steps(self) -> list[Step]:
        return [row.plain for row in self.rows]

    @property
    def end(self) -> End:
        told = self.head.cleaned_data
        return End(
            repeats=told.get("repeats") or 0,
            repeat_from=(told.get("repeat_from") or 1) - 1,
            fallback=self.targets.rosters.get(told.get("fallback", "")),
        )

    @property
    def functions(self) -> set[str]:
        """Those whose on-call a step asks."""
        return {target.function for row in self.rows for target in row.targets} - {""}

    @property
    def sentences(self) -> list[str]:
        draft, last = self.draft, self.targets.rosters.get(self.draft.fallback)
        return words.policy(
            [words.StepWords(row.delay, row.names, words.asks(row.plain)) for row in self.rows],
            repeats=int(draft.repeats) if draft.repeats in "123456789" and draft.repeats else 0,
            repeat_from=int(draft.repeat_from) - 1 if PLACE.match(draft.repeat_from) else 0,
            last=last.name if last else "",
        )

    def _row(self, typed: DraftStep) -> StepRow:
        found = [(self.targets.plain(chosen), self.targets.names.get(chosen, "")) for chosen in typed.who]
        targets, names = [t for t, _name in found if t], [name for _t, name in found if name]
        zone = typed.zone if typed.zone in self.targets.zones else self.targets.zone_of(targets)
        return StepRow(typed, seconds(typed.minutes), names, targets, zone)


def seconds(minutes: str) -> int | None:
    """Minutes as typed (`5`, `2.5`, `2,5`) in seconds; None for what no step may wait."""
    if not MINUTES.match(minutes.strip()):
        return None
    told = round(float(minutes.strip().replace(",", ".")) * 60)
    return told if 0 < told <= LONGEST_WAIT else None


def minutes(delay: int) -> str:
    return f"{delay / 60:.2f}".rstrip("0").rstrip(".")


def draft_of(policy: EscalationPolicy) -> Draft:
    """A policy as its form shows it at first."""
    return Draft(
        policy.name,
        str(policy.version),
        [_draft_step(step) for step in policy.steps.all()],
        repeats=str(policy.repeats),
        repeat_from=str(policy.repeat_from + 1),
        fallback=str(policy.fallback_id or ""),
    )


def _draft_step(step: PolicyStep) -> DraftStep:
    plain = step.plain()
    on_hours = plain.weekdays is not None or plain.window_start
    return DraftStep(
        minutes(step.delay),
        [code(target) for target in step.targets.all()],
        clearance=plain.clearance,
        language=plain.language,
        days=[str(day) for day in plain.weekdays or ()],
        opens=plain.window_start,
        closes=plain.window_end,
        zone=plain.zone if on_hours else "",
    )
