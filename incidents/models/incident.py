"""The incident: one aggregate from triage to the end."""

from functools import partial

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts import moments_in
from accounts.codes import random_code
from accounts.models import AccessProfile, User
from accounts.subject import Subject
from incidents import response
from incidents.choices import DeclineReason, Mode, Severity, StageName
from incidents.querysets import IncidentQuerySet
from incidents.taxonomy import HARM_TYPES, HarmType
from incidents.transitions import STAGES, Stage

new_code = partial(random_code, "WF", 6)


class Incident(models.Model):
    """Something harmful that somebody has to act on. Read it through `visible_to`, write it through actions."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    title = models.CharField(max_length=1024)
    harm_type = models.CharField(max_length=3)
    profile = models.ForeignKey(AccessProfile, models.PROTECT, related_name="+")
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.LIVE)
    region = models.CharField(max_length=16, blank=True)
    language = models.CharField(max_length=8, blank=True)

    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    score = models.PositiveSmallIntegerField()
    explanation = models.JSONField()
    deadline_at = models.DateTimeField(null=True, blank=True)
    deadline_words = models.CharField(max_length=200, blank=True)

    stage = models.CharField(max_length=12, choices=StageName.choices, default=StageName.TRIAGE)
    stage_since = models.DateTimeField()
    declared_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    incident_manager = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="managed_incidents"
    )
    contained_at = models.DateTimeField(null=True, blank=True)
    next_update_at = models.DateTimeField(
        null=True, blank=True, help_text="When the next status update is promised."
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Counts edits of the properties.")
    decline_reason = models.CharField(max_length=32, choices=DeclineReason.choices, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed")

    objects = IncidentQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = [
            ("edit_incident", "May act on the incident"),
            ("export_incident", "May export the incident"),
            ("reveal_incident", "May reveal its content"),
        ]
        indexes = [
            models.Index(fields=["profile", "stage", "severity", "declared_at"], name="incident_queue"),
            models.Index(fields=["profile", "-declared_at"], name="incident_newest"),
            models.Index(fields=["-ended_at", "-code"], name="incident_latest_ended"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(severity__lte=4), name="incident_severity_0_to_4"),
            models.CheckConstraint(
                condition=Q(stage="declined") ^ Q(decline_reason=""), name="incident_declined_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(stage="merged", merged_into__isnull=False)
                | (~Q(stage="merged") & Q(merged_into__isnull=True)),
                name="incident_merged_has_survivor",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="incident_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["active", "contained"]) | Q(incident_manager__isnull=False),
                name="incident_under_way_has_manager",
            ),
            models.CheckConstraint(
                condition=moments_in.within("deadline_at"), name="incident_deadline_within_bound"
            ),
            models.CheckConstraint(
                condition=moments_in.within("next_update_at"), name="incident_next_update_within_bound"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("incident", args=[self.code])

    def is_visible_to(self, subject: Subject, permission: str = "view") -> bool:
        """`visible_to`, asked of this one incident: no query where its profile alone decides."""
        if self.profile.is_open_to(subject, permission):
            return True
        if not self.profile.met_by(subject):
            return False
        return Incident.objects.visible_to(subject, permission).filter(pk=self.pk).exists()

    @property
    def stage_flags(self) -> Stage:
        return STAGES[self.stage]

    @property
    def wants_action(self) -> bool:
        """Whether it still waits to be acknowledged or taken out of triage."""
        flags = self.stage_flags
        return flags.awaits_triage or (flags.is_open and self.acknowledged_at is None)

    def owed(self) -> list[response.Due]:
        """What an open incident still owes, soonest first; nothing once it has ended."""
        if not self.stage_flags.is_open:
            return []
        return response.due_answers(
            severity=self.severity,
            declared_at=self.declared_at,
            acknowledged=self.acknowledged_at is not None,
            managed=self.incident_manager_id is not None,
            contained=self.contained_at is not None,
            next_update_at=self.next_update_at,
            deadline_at=self.deadline_at,
        )

    @property
    def next_due(self) -> response.Due | None:
        return next(iter(self.owed()), None)

    @property
    def harm(self) -> HarmType:
        return HARM_TYPES[self.harm_type]


class IncidentLink(models.Model):
    """Two incidents that belong together without being one."""

    from_incident = models.ForeignKey(Incident, models.PROTECT, related_name="links_out")
    to_incident = models.ForeignKey(Incident, models.PROTECT, related_name="links_in")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["from_incident", "to_incident"], name="incident_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.from_incident_id} related to {self.to_incident_id}"
