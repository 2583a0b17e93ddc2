"""What somebody told us, exactly as they told it, and the keys that machines tell it with."""

from functools import partial

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import moments_in
from accounts.codes import random_code
from accounts.models import AccessProfile, User
from incidents.choices import IntakeOutcome, Mode, Severity, Source
from incidents.models.incident import Incident
from incidents.querysets import IntakeRecordQuerySet, IntegrationQuerySet, ReportQuerySet
from incidents.taxonomy import HARM_TYPES, HarmType

new_number = partial(random_code, "R", 8)


class Integration(models.Model):
    """A machine that may report. Its key is shown once; only the digest is kept. After a rotation the key before
    goes on working until `old_key_until`, so that the machine can be changed over without losing a report."""

    name = models.CharField(max_length=80)
    key_hash = models.CharField(max_length=64, unique=True)
    harm_type = models.CharField(max_length=3, help_text="Used when an event names none.")
    region = models.CharField(max_length=16, blank=True)
    language = models.CharField(max_length=8, blank=True)
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.LIVE)
    triggers_per_minute = models.PositiveIntegerField(default=6000)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    key_changed_at = models.DateTimeField(null=True, blank=True)
    old_key_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    old_key_until = models.DateTimeField(null=True, blank=True)

    objects = IntegrationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(old_key_hash=None, old_key_until=None)
                | Q(old_key_hash__isnull=False, old_key_until__isnull=False),
                name="integration_old_key_ends",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def principal(self) -> str:
        return f"integration:{self.pk}"


class Report(models.Model):
    """One telling of something harmful. `principal` scopes both keys: who sent it cannot collide with others.

    `idempotency_key` makes a repeated request the same report; `dedup_key` makes different reports of one
    thing the same incident. `opened` says whether this report opened its incident.
    """

    number = models.CharField(max_length=12, unique=True, default=new_number, editable=False)
    source = models.CharField(max_length=12, choices=Source.choices)
    principal = models.CharField(max_length=40)
    reporter = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="reports")
    integration = models.ForeignKey(
        Integration, models.PROTECT, null=True, blank=True, related_name="reports"
    )
    idempotency_key = models.CharField(max_length=255, null=True, blank=True)
    payload_digest = models.CharField(max_length=64)
    dedup_key = models.CharField(max_length=255, blank=True)
    received_at = models.DateTimeField()

    title = models.CharField(max_length=1024)
    description = models.TextField(blank=True)
    harm_type = models.CharField(max_length=3)
    region = models.CharField(max_length=16, blank=True)
    language = models.CharField(max_length=8, blank=True)
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.LIVE)
    severity_inputs = models.JSONField(default=dict, help_text="As given; nothing assumed.")
    deadline_at = models.DateTimeField(null=True, blank=True)
    deadline_words = models.CharField(max_length=200, blank=True)
    raw = models.JSONField(default=dict, help_text="What the source sent that we have no field for.")

    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    score = models.PositiveSmallIntegerField()
    explanation = models.JSONField()
    profile = models.ForeignKey(AccessProfile, models.PROTECT, related_name="+")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="reports")
    opened = models.BooleanField()

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["principal", "received_at"], name="report_principal_time"),
            models.Index(fields=["principal", "dedup_key"], name="report_dedup", condition=~Q(dedup_key="")),
            # Counts against an integration's rate: what joins an open incident never does.
            models.Index(fields=["principal", "received_at"], name="report_opened", condition=Q(opened=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["principal", "idempotency_key"], name="report_once_per_key"),
            models.CheckConstraint(
                condition=moments_in.within("deadline_at"), name="report_deadline_within_bound"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("receipt", args=[self.number])

    @property
    def harm(self) -> HarmType:
        return HARM_TYPES[self.harm_type]

    @property
    def state(self) -> str:
        """What a reporter may know of what became of it: waiting, taken up, or ended. No more than that."""
        flags = self.incident.stage_flags
        if flags.awaits_triage:
            return "waiting"
        return "taken_up" if flags.is_open else "ended"


class ReportContent(models.Model):
    """Where the content is: a platform id or a link, as plain text. It is never fetched and never media."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="content")
    position = models.PositiveSmallIntegerField()
    platform_id = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="report_content_order"),
            models.CheckConstraint(condition=Q(platform_id="") ^ Q(url=""), name="report_content_id_or_url"),
        ]

    def __str__(self) -> str:
        return self.platform_id or self.url


class MappingRule(models.Model):
    """What an integration's events mean, beside what they say: the first rule whose `path` into the event
    (`labels.team`) has the `value` gives the harm type, and a severity it is at least."""

    integration = models.ForeignKey(Integration, models.CASCADE, related_name="mapping_rules")
    position = models.PositiveSmallIntegerField()
    path = models.CharField(max_length=200)
    value = models.CharField(max_length=200)
    harm_type = models.CharField(max_length=3, blank=True)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "position"],
                name="mapping_rule_order",
                deferrable=models.Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(
                condition=~Q(harm_type="") | Q(severity__isnull=False), name="mapping_rule_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.path} = {self.value}"


class IntakeRecord(models.Model):
    """One call at one of an integration's doors, and what became of it. What was said is in the report, if it made
    one."""

    class Door(models.TextChoices):
        EVENTS_V2 = "events_v2", "Events API v2"
        EVENTS_V1 = "events_v1", "Events API v1"
        ALERTMANAGER = "alertmanager", "Alertmanager"
        GRAFANA = "grafana", "Grafana"
        NOTIFICATION = "notification", _("Notification")

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="intake_records")
    door = models.CharField(max_length=16, choices=Door.choices)
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(help_text=_("The HTTP status that was answered."))
    outcome = models.CharField(max_length=24, choices=IntakeOutcome.choices)
    detail = models.CharField(max_length=300, blank=True)
    report = models.ForeignKey(Report, models.PROTECT, null=True, blank=True, related_name="+")

    objects = IntakeRecordQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["integration", "-at", "-id"], name="intake_latest_first")]

    def __str__(self) -> str:
        return f"{self.door}: {self.outcome}"
