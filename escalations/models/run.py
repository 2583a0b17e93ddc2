"""What is happening: one run of a policy for an incident, and the pages it sent."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Message, User
from escalations import ladder
from escalations.models.policy import EscalationPolicy
from escalations.querysets import EscalationQuerySet, PageQuerySet
from incidents.choices import Function, Severity
from incidents.models import Incident


class Escalation(models.Model):
    """One run of a policy. `steps` is the policy as it was when the run began; `due_at` is when the step at
    `next_step` fires unless somebody acknowledges. After the last step it goes on at `repeat_from`, `repeats_left`
    times; nobody is asked twice since `round_at`, when the present round began.

    `follows` is the run that was acknowledged while nobody picked the incident up, so that this one asks again.
    `handoff_at` is when a duty that was asked and has not answered changes hands; `pick_up_by` is when an acknowledged
    incident that nobody accepted is asked about again. `language` is the one that people paged must speak, if any.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        EXHAUSTED = "exhausted", _("Exhausted")
        ENDED = "ended", _("Ended")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="escalations")
    policy = models.ForeignKey(EscalationPolicy, models.PROTECT, related_name="+")
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    steps = models.JSONField()
    next_step = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RUNNING)
    due_at = models.DateTimeField(null=True)
    repeat_from = models.PositiveSmallIntegerField(default=0)
    repeats_left = models.PositiveSmallIntegerField(default=0)
    round_at = models.DateTimeField(null=True, blank=True)
    follows = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    language = models.CharField(max_length=8, blank=True)
    handoff_at = models.DateTimeField(null=True, blank=True)
    pick_up_by = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(
        default=0, help_text="How often in a row the next step could not be fired, on our side."
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=24, blank=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="escalation_due", condition=Q(state="running")),
            models.Index(
                fields=["handoff_at"], name="escalation_handoff", condition=Q(handoff_at__isnull=False)
            ),
            models.Index(
                fields=["pick_up_by"], name="escalation_pick_up", condition=Q(pick_up_by__isnull=False)
            ),
            models.Index(fields=["started_at"], name="escalation_started"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                name="escalation_one_open_per_incident",
                condition=Q(state__in=["running", "exhausted"]),
            ),
            models.CheckConstraint(
                condition=Q(state="running", due_at__isnull=False, ended_at=None)
                | Q(state="exhausted", due_at=None, ended_at=None)
                | Q(state="ended", due_at=None, ended_at__isnull=False),
                name="escalation_running_has_due",
            ),
            models.CheckConstraint(
                condition=(Q(handoff_at=None) | ~Q(state="ended")) & (Q(pick_up_by=None) | Q(state="ended")),
                name="escalation_waits_for_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} for {self.incident_id}: {self.state}"

    def ladder(self) -> list[ladder.Step]:
        return ladder.thaw(self.steps)


class Page(models.Model):
    """One responder asked to acknowledge. `asked_by` is set on a page made by hand; its acknowledgement ends
    that page alone. `reminded_by` asked by hand for somebody the policy was asking: the page stays the policy's.
    `function` is the one they were asked for as being on call for it. `handed_on` is the page that
    somebody handed on to this responder; of a page of the policy it stays one. `notice` told the responder that it was
    taken back, where it had reached them. `in_ledger_at` is when its answer was written into the ledger, by a sweep."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        ENDED = "ended", _("Ended")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="pages")
    escalation = models.ForeignKey(Escalation, models.PROTECT, null=True, blank=True, related_name="pages")
    step = models.PositiveSmallIntegerField(null=True, blank=True)
    responder = models.ForeignKey(User, models.PROTECT, related_name="pages")
    urgency = models.CharField(max_length=8, choices=Message.Urgency.choices, default=Message.Urgency.HIGH)
    function = models.CharField(max_length=20, choices=Function.choices, blank=True)
    handed_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reminded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    message = models.OneToOneField(Message, models.PROTECT, related_name="page")
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=24, blank=True)
    notice = models.OneToOneField(Message, models.PROTECT, null=True, blank=True, related_name="+")
    in_ledger_at = models.DateTimeField(null=True, blank=True)

    objects = PageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["responder"], name="page_waiting", condition=Q(state="waiting")),
            models.Index(
                fields=["ended_at"],
                name="page_not_in_ledger",
                condition=Q(state="acknowledged", in_ledger_at=None),
            ),
            models.Index(fields=["created_at"], name="page_created"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(escalation__isnull=False, step__isnull=False, asked_by=None)
                | Q(escalation=None, step=None, asked_by__isnull=False),
                name="page_by_policy_or_by_hand",
            ),
            models.CheckConstraint(
                condition=Q(reminded_by=None) | Q(escalation__isnull=False), name="page_reminded_is_of_policy"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None)
                | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="page_ended_has_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("page", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
