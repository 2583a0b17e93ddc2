"""What must be held before somebody may know of an incident: profiles, clearances, compartments."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models.people import User
from accounts.querysets import AccessProfileQuerySet, PeriodQuerySet
from accounts.subject import Subject

# The names that come with the installation, so that they are translated where they are shown.
INSTALLED_NAMES = [
    gettext_noop("Open"), gettext_noop("Child safety"), gettext_noop("Terrorism"), gettext_noop("Insider matters"),
]  # fmt: skip


class Compartment(models.Model):
    """A closed circle: its incidents exist only for its members."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.slug


class AccessProfile(models.Model):
    """Who may know of the incidents that point here. A handful of rows; an incident names exactly one."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    required_clearances = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    compartment = models.ForeignKey(Compartment, models.PROTECT, null=True, blank=True)
    need_to_know = models.BooleanField(default=False)
    allowed_roles = ArrayField(
        models.CharField(max_length=32), default=list, blank=True, help_text=_("Empty: any role.")
    )

    objects = AccessProfileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.slug

    @property
    def label(self) -> str:
        """The name in the reader's language, for the profiles every installation starts with."""
        return _t(self.name)

    def met_by(self, subject: Subject) -> bool:
        return subject.meets(
            clearances=frozenset(self.required_clearances),
            compartment=self.compartment_id,
            allowed_roles=frozenset(self.allowed_roles),
        )

    def is_open_to(self, subject: Subject, permission: str) -> bool:
        """Whether each of its incidents is theirs to `permission` without a grant."""
        return not self.need_to_know and subject.may(f"incident.{permission}") and self.met_by(subject)


class Period(models.Model):
    """Something held from one moment until another, `[valid_from, valid_until)`."""

    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        abstract = True

    def is_valid(self, *, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


class Clearance(Period):
    """A screening somebody passed. It is never implied by a role, an assignment or a grant."""

    class Kind(models.TextChoices):
        CSEA = "csea", _("Child safety")
        TERROR = "terror", _("Terrorism")
        US_DATA = "us-data", _("US data")
        LEGAL_PRIVILEGED = "legal-privileged", _("Legally privileged")
        INSIDER = "insider", _("Insider matters")

    person = models.ForeignKey(User, models.PROTECT, related_name="clearances")
    kind = models.CharField(max_length=32, choices=Kind.choices)
    evidence = models.CharField(max_length=200, help_text=_("Where the screening is recorded."))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="clearance_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.kind}"


class CompartmentMembership(Period):
    person = models.ForeignKey(User, models.PROTECT, related_name="compartment_memberships")
    compartment = models.ForeignKey(Compartment, models.PROTECT, related_name="memberships")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="membership_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.compartment}"
