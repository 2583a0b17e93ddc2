"""What administrators enter about policies."""

import re
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from escalations import words
from escalations.actions.policies import LONGEST_WAIT
from escalations.drafts import Draft, DraftStep
from escalations.ladder import Step, Target
from escalations.models import EscalationPolicy, StepTarget
from oncall.models import DutyName, Roster

MINUTES = re.compile(r"\d{1,5}(?:[.,]\d{1,2})?\Z")


def code(target: StepTarget | Target) -> str:
    """How a form names a target: `roster:3:primary`, `person:7`."""
    plain = target.plain() if isinstance(target, StepTarget) else target
    return f"roster:{plain.roster}:{plain.duty}" if plain.roster else f"person:{plain.person}"


class Targets:
    """Whom a step can page: every paged roster's duties, everybody who is active; and whoever a policy names
    already, so that opening it changes nothing."""

    def __init__(self, policy: EscalationPolicy | None = None):
        kept = {code(t) for step in policy.steps.all() for t in step.targets.all()} if policy else set()
        rosters = [r for r in Roster.objects.all() if r.is_paged or any(f"roster:{r.pk}:" in k for k in kept)]
        self.duties = [
            (f"roster:{roster.pk}:{duty}", words.on_duty(roster.name, duty))
            for roster in rosters
            for duty in DutyName.values
        ]
        self.people = [
            (f"person:{person.pk}", person.name if person.is_active else _("%s (deactivated)") % person.name)
            for person in User.objects.order_by("name", "pk")
            if person.is_active or f"person:{person.pk}" in kept
        ]
        self.names = dict(self.duties) | dict(self.people)

    def plain(self, chosen: str) -> Target | None:
        """None for what is not in the list."""
        if chosen not in self.names:
            return None
        kind, pk, *duty = chosen.split(":")
        return Target(roster=int(pk), duty=duty[0]) if kind == "roster" else Target(person=int(pk))


@dataclass
class StepRow:
    """One step of the form: as typed, and what is wrong with it."""

    typed: DraftStep
    delay: int | None
    names: list[str]
    targets: list[Target]
    wrong_wait: str = ""
    wrong_who: str = ""


class PolicyHead(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"),
        max_length=80,
        error_messages={"required": gettext_lazy("Name the policy, as in “SEV1”.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0


class PolicyForm:
    """The whole policy on one sheet: its name, its steps, and what they say. Only `is_valid` finds fault, so that
    a button that adds a row blames nobody for the empty one."""

    def __init__(self, draft: Draft, targets: Targets, *, sent: bool):
        told = {"name": draft.name, "version": draft.version}
        self.head = PolicyHead(told) if sent else PolicyHead(initial=told)
        self.targets = targets
        self.rows = [self._row(step) for step in draft.steps]

    def is_valid(self) -> bool:
        if not self.rows:
            self.head.add_error(None, _("Add at least one step: a policy without steps pages nobody."))
        for row in self.rows:
            if row.delay is None:
                row.wrong_wait = _("More than 0 minutes, at most 7 days (10080).")
            if not row.targets:
                row.wrong_who = _("Choose at least one duty or person to page.")
        return self.head.is_valid() and not any(row.wrong_wait or row.wrong_who for row in self.rows)

    def refuse(self, sentence: str) -> None:
        self.head.add_error(None, sentence)

    @property
    def steps(self) -> list[Step]:
        return [Step(delay=row.delay or 0, targets=tuple(row.targets)) for row in self.rows]

    @property
    def sentences(self) -> list[str]:
        return words.policy([(row.delay, row.names) for row in self.rows])

    def _row(self, typed: DraftStep) -> StepRow:
        found = [(self.targets.plain(chosen), self.targets.names.get(chosen, "")) for chosen in typed.who]
        targets, names = [t for t, _name in found if t], [name for _t, name in found if name]
        return StepRow(typed, seconds(typed.minutes), names, targets)


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
    steps = [
        DraftStep(minutes(step.delay), [code(t) for t in step.targets.all()]) for step in policy.steps.all()
    ]
    return Draft(policy.name, str(policy.version), steps)
