"""What people are on, and what it asks for: rosters and the skills they need."""

from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Site, User
from oncall.coverage import Requirement
from oncall.layers import Window
from oncall.querysets import RosterQuerySet


class Roster(models.Model):
    """What people are on, and what escalation policies page. `zone` is an IANA id; every handoff and window
    in it is wall-clock there. At most one roster is the manager on duty."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    zone = models.CharField(max_length=64)
    depth = models.PositiveSmallIntegerField(default=1)
    owner = models.ForeignKey(User, models.PROTECT, related_name="owned_rosters")
    is_paged = models.BooleanField(default=True)
    is_manager_on_duty = models.BooleanField(default=False)
    # Whom a step of a policy asks when this roster has nobody.
    fallback = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    # On the public holidays of this site the depth is another, if one is given.
    holiday_site = models.CharField(max_length=16, choices=Site.choices, blank=True)
    holiday_depth = models.PositiveSmallIntegerField(null=True, blank=True)
    # A temporary roster has an end, and perhaps a beginning.
    begins_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    # Shifts ended before this are in the ledger.
    recorded_until = models.DateTimeField(null=True, blank=True)
    # When its owner was last told what is wrong ahead, or that nothing is.
    watched_at = models.DateTimeField(null=True, blank=True)

    objects = RosterQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_manager_on_duty"],
                name="roster_one_manager_on_duty",
                condition=Q(is_manager_on_duty=True),
            ),
            models.CheckConstraint(
                condition=Q(begins_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("begins_at")),
                name="roster_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(fallback=None) | ~Q(fallback=F("id")), name="roster_falls_back_on_another"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class RequiredSkill(models.Model):
    """On each duty of a roster, at least `count` people with a language or a clearance, during a daily window of the
    roster's zone or always."""

    class Kind(models.TextChoices):
        LANGUAGE = "language", _("Language")
        CLEARANCE = "clearance", _("Clearance")

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="required_skills")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    code = models.CharField(max_length=40)
    count = models.PositiveSmallIntegerField(default=1)
    window_start = models.TimeField(null=True, blank=True)
    window_end = models.TimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(count__gte=1, count__lte=100), name="required_skill_1_to_100"),
            models.CheckConstraint(
                condition=Q(window_start=None, window_end=None)
                | Q(window_start__isnull=False, window_end__isnull=False),
                name="required_skill_window_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} × {self.count}"

    @property
    def skill(self) -> str:
        return f"{self.kind}:{self.code}"

    def rule(self) -> Requirement:
        window = None
        if self.window_start is not None and self.window_end is not None:
            window = Window(self.window_start, self.window_end)
        return Requirement(self.skill, self.count, window)
