"""The work in a room: who has which function, what has to be done, what is proposed. Their ids stand in addresses,
so they are random: a count of everybody's would tell of incidents one may not know of."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise

from accounts import moments_in
from accounts.models import User
from incidents import playbooks
from incidents.choices import Function, Severity, TaskState
from incidents.models.incident import Incident
from incidents.querysets import AssignmentQuerySet, TaskQuerySet


class Assignment(models.Model):
    """A person has a function in the room until it ends. The incident manager stands on the incident itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="assignments")
    function = models.CharField(max_length=20, choices=Function.choices)
    person = models.ForeignKey(User, models.PROTECT, related_name="assignments")
    assigned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "function"], name="function_has_one_person", condition=Q(ended_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.function}"


class Task(models.Model):
    """Something to do. One from a playbook names its step and keeps the version it was started with; one added
    by hand has its own words. `outcome` is the evidence, or why it does not apply."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="tasks")
    playbook = models.CharField(max_length=20, blank=True)
    playbook_version = models.PositiveSmallIntegerField(null=True, blank=True)
    step = models.CharField(max_length=40, blank=True)
    own_title = models.CharField(max_length=200, blank=True)
    function = models.CharField(
        max_length=20, choices=Function.choices, blank=True, help_text="Empty: the incident manager."
    )
    position = models.PositiveSmallIntegerField(default=0)
    assignee = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="tasks")
    due_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=TaskState.choices, default=TaskState.OPEN)
    outcome = models.TextField(blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "playbook", "step"], name="task_step_once", condition=~Q(step="")
            ),
            models.CheckConstraint(condition=Q(step="") ^ Q(own_title=""), name="task_step_or_own_title"),
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None) | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="task_settled_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="not_applicable") | ~Q(outcome=""), name="task_skipped_has_reason"
            ),
            models.CheckConstraint(condition=moments_in.within("due_at"), name="task_due_within_bound"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def plan(self) -> playbooks.Step | None:
        """The playbook's step, as it was in the version this task was started with."""
        if not self.step or self.playbook_version is None:
            return None
        return playbooks.step_of(self.playbook, self.playbook_version, self.step)

    @property
    def title(self) -> str | Promise:
        return self.plan.title if self.plan else self.own_title

    @property
    def wants_evidence(self) -> bool:
        return bool(self.plan and self.plan.evidence)


class Downgrade(models.Model):
    """A severity of SEV0 or SEV1 asked to be lowered: a second person decides. It goes stale when the severity
    changes meanwhile."""

    class State(models.TextChoices):
        WAITING = "waiting"
        APPROVED = "approved"
        REFUSED = "refused"
        STALE = "stale"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="downgrades")
    before = models.PositiveSmallIntegerField(choices=Severity.choices)
    after = models.PositiveSmallIntegerField(choices=Severity.choices)
    reason = models.TextField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], name="downgrade_one_waiting", condition=Q(state="waiting")
            ),
            models.CheckConstraint(condition=Q(after__gt=models.F("before")), name="downgrade_lowers"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")),
                name="downgrade_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}: SEV{self.before} to SEV{self.after}"
