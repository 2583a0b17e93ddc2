"""People: who they are, what they may do, how to reach them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.querysets import ApiTokenQuerySet, UserManager
from accounts.roles import Role, permissions_of
from accounts.subject import Subject


class Site(models.TextChoices):
    LOS_ANGELES = "los_angeles", _("Los Angeles")
    SAN_JOSE = "san_jose", _("San Jose")
    DUBLIN = "dublin", _("Dublin")
    SINGAPORE = "singapore", _("Singapore")


class User(AbstractBaseUser):
    """A person. There is no superuser: nothing stands in for a missing clearance."""

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=8, default="en")
    # What they can work in; `language` is only what their screens speak.
    languages = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    region = models.CharField(max_length=16, blank=True)
    site = models.CharField(max_length=16, choices=Site.choices, blank=True)
    # On their own clock: pages that can wait are kept until it is over. Equal times, from when they could be entered,
    # are the whole day.
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    groups = models.ManyToManyField(Group, blank=True, related_name="people")

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="user_quiet_hours_have_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def initials(self) -> str:
        """Of the first and the last word of the name."""
        words = self.name.split() or ["?"]
        return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper()

    def subject(self, *, at: datetime) -> Subject:
        """What this person holds at `at`. Four queries, none after `with_holdings()`."""
        if not self.is_active:
            return Subject(at=at)
        roles = frozenset(a.role for a in self.role_assignments.all())
        return Subject(
            at=at,
            person_id=self.pk,
            roles=roles,
            permissions=permissions_of(roles),
            clearances=frozenset(c.kind for c in self.clearances.all() if c.is_valid(at=at)),
            compartments=frozenset(
                m.compartment_id for m in self.compartment_memberships.all() if m.is_valid(at=at)
            ),
            group_ids=frozenset(g.pk for g in self.groups.all()),
        )

    def has_opted_out(self, harm_type: str, *, at: datetime) -> bool:
        """Whether they have asked not to be asked about this. Only what pages them may know; one query, none after
        `PAGED_BY` was read."""
        return any(
            one.harm_type == harm_type and (one.until is None or at < one.until)
            for one in self.opt_outs.all()
        )

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Django's question, answered by the backends alone (`incidents.backends` asks the predicate)."""
        backends = [backend for backend in get_backends() if hasattr(backend, "has_perm")]
        return self.is_active and any(backend.has_perm(self, perm, obj) for backend in backends)


class RoleAssignment(models.Model):
    person = models.ForeignKey(User, models.PROTECT, related_name="role_assignments")
    role = models.CharField(max_length=32, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "role"], name="role_once_per_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"


class ApiToken(models.Model):
    """A secret that acts as its person, and sees what they see. Only its digest is kept."""

    person = models.ForeignKey(User, models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=80)
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
