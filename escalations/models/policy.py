"""What should happen: policies of ordered steps, and routes that pick one for an incident."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from escalations.ladder import Step, Target
from escalations.querysets import EscalationPolicyQuerySet, RouteQuerySet
from incidents.choices import Function
from oncall.models import DutyName, Roster


class EscalationPolicy(models.Model):
    """Steps one after another. After the last one it starts again at step `repeat_from`, `repeats` times; then the
    `fallback` roster is asked, or the manager on duty where none is named."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    version = models.PositiveIntegerField(
        default=1, help_text=_("Counts changes; one made on an older version is refused.")
    )
    repeat_from = models.PositiveSmallIntegerField(default=0)
    repeats = models.PositiveSmallIntegerField(default=0)
    fallback = models.ForeignKey(Roster, models.PROTECT, null=True, blank=True, related_name="+")

    objects = EscalationPolicyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(repeats__lte=9), name="policy_repeats_nine_times_at_most")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def functions(self) -> set[str]:
        """Those whose on-call a step asks. No query after `with_steps()`."""
        return {target.function for step in self.steps.all() for target in step.targets.all()} - {""}

    def ladder(self) -> list[Step]:
        """The steps as the pure core climbs them; a running escalation keeps a frozen copy."""
        return [step.plain() for step in self.steps.prefetch_related("targets")]


class PolicyStep(models.Model):
    """Whom to page, and how long to wait. A step may ask for a `clearance` or a `language`, and be taken only on some
    `weekdays` (0 = Monday; None: all) or within a daily window, by the clocks of `zone`; elsewhen it is passed over."""

    policy = models.ForeignKey(EscalationPolicy, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    delay = models.PositiveIntegerField(help_text=_("Seconds to wait for an acknowledgement."))
    clearance = models.CharField(max_length=32, blank=True)
    language = models.CharField(max_length=3, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), null=True, blank=True)
    window_start = models.TimeField(null=True, blank=True)
    window_end = models.TimeField(null=True, blank=True)
    zone = models.CharField(max_length=64, default="UTC")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "position"], name="policy_step_order"),
            models.CheckConstraint(
                condition=Q(window_start=None, window_end=None)
                | Q(window_start__isnull=False, window_end__isnull=False),
                name="policy_step_window_has_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy}, step {self.position}"

    def plain(self) -> Step:
        return Step(
            delay=self.delay,
            targets=tuple(target.plain() for target in self.targets.all()),
            clearance=self.clearance,
            language=self.language,
            weekdays=None if self.weekdays is None else tuple(sorted(self.weekdays)),
            window_start=f"{self.window_start:%H:%M}" if self.window_start else "",
            window_end=f"{self.window_end:%H:%M}" if self.window_end else "",
            zone=self.zone,
        )


class FunctionDesk(models.Model):
    """Where a function of the room is on call: "page Legal" asks whoever is primary on this roster."""

    function = models.CharField(max_length=20, choices=Function.choices, unique=True)
    roster = models.ForeignKey(Roster, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.get_function_display()}: {self.roster}"


class StepTarget(models.Model):
    """Who is paged at a step: whoever holds a duty of a roster at that moment, or with `everyone` all who have a place
    on it; a function's on-call; or one person."""

    step = models.ForeignKey(PolicyStep, models.CASCADE, related_name="targets")
    roster = models.ForeignKey(Roster, models.PROTECT, null=True, blank=True, related_name="+")
    duty = models.CharField(max_length=12, choices=DutyName.choices, blank=True)
    everyone = models.BooleanField(default=False)
    function = models.CharField(max_length=20, choices=Function.choices, blank=True)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(roster__isnull=False, person=None, function="", everyone=False) & ~Q(duty=""))
                | Q(roster__isnull=False, person=None, function="", everyone=True, duty="")
                | (Q(roster=None, person=None, everyone=False, duty="") & ~Q(function=""))
                | Q(roster=None, person__isnull=False, function="", everyone=False, duty=""),
                name="step_target_is_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(self.person or self.get_function_display() or f"{self.roster}, {self.duty or 'everyone'}")

    def plain(self) -> Target:
        return Target(
            roster=self.roster_id,
            duty=self.duty,
            everyone=self.everyone,
            function=self.function,
            person=self.person_id,
        )


class Route(models.Model):
    """Which policy an incident gets. Routes are tried in order; an empty condition holds for anything. With
    `speaks_language` whoever is paged has to speak the language of the report, where it names one."""

    position = models.PositiveSmallIntegerField()
    policy = models.ForeignKey(EscalationPolicy, models.PROTECT, related_name="routes")
    severities = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    harm_types = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    regions = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    sources = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    speaks_language = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = RouteQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            # Judged at the end of a statement, so that one statement may reorder the list.
            models.UniqueConstraint(
                fields=["position"], name="route_position_once", deferrable=models.Deferrable.IMMEDIATE
            )
        ]

    def __str__(self) -> str:
        return f"→ {self.policy}"

    def language_for(self, told: str) -> str:
        """The language whoever is paged has to speak, as people's languages are written; empty where none is asked
        for. `told` may have a region on it, as in pt-BR."""
        return told.split("-")[0].split("_")[0].lower() if self.speaks_language else ""
