"""What should happen: policies of ordered steps, and routes that pick one for an incident."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from escalations.ladder import Step, Target
from escalations.querysets import EscalationPolicyQuerySet, RouteQuerySet
from incidents.models import Incident
from oncall.models import DutyName, Roster


class EscalationPolicy(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    version = models.PositiveIntegerField(
        default=1, help_text=_("Counts changes; one made on an older version is refused.")
    )

    objects = EscalationPolicyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def ladder(self) -> list[Step]:
        """The steps as the pure core climbs them; a running escalation keeps a frozen copy."""
        steps = self.steps.prefetch_related("targets")
        return [
            Step(delay=step.delay, targets=tuple(t.plain() for t in step.targets.all())) for step in steps
        ]


class PolicyStep(models.Model):
    policy = models.ForeignKey(EscalationPolicy, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    delay = models.PositiveIntegerField(help_text=_("Seconds to wait for an acknowledgement."))

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["policy", "position"], name="policy_step_order")]

    def __str__(self) -> str:
        return f"{self.policy}, step {self.position}"


class StepTarget(models.Model):
    """Who is paged at a step: whoever holds a duty of a roster at that moment, or one person."""

    step = models.ForeignKey(PolicyStep, models.CASCADE, related_name="targets")
    roster = models.ForeignKey(Roster, models.PROTECT, null=True, blank=True, related_name="+")
    duty = models.CharField(max_length=12, choices=DutyName.choices, blank=True)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(roster__isnull=False, person=None) & ~Q(duty=""))
                | Q(roster=None, person__isnull=False, duty=""),
                name="step_target_roster_duty_or_person",
            )
        ]

    def __str__(self) -> str:
        return str(self.person or f"{self.roster}, {self.duty}")

    def plain(self) -> Target:
        return Target(roster=self.roster_id, duty=self.duty, person=self.person_id)


class Route(models.Model):
    """Which policy an incident gets. Routes are tried in order; an empty condition holds for anything."""

    position = models.PositiveSmallIntegerField()
    policy = models.ForeignKey(EscalationPolicy, models.PROTECT, related_name="routes")
    severities = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    harm_types = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    regions = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)
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

    def matches(self, incident: Incident) -> bool:
        return all(
            not wanted or value in wanted
            for wanted, value in (
                (self.severities, incident.severity),
                (self.harm_types, incident.harm_type),
                (self.regions, incident.region),
                (self.languages, incident.language),
            )
        )
