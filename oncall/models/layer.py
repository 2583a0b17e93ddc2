"""A roster's layers, version by version, and who takes part in them. `querysets` reads them into the rota core."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from oncall.models.roster import Roster
from oncall.querysets import LayerQuerySet


class DutyName(models.TextChoices):
    PRIMARY = "primary", _("Primary")
    SECONDARY = "secondary", _("Secondary")


class TurnUnit(models.TextChoices):
    HOUR = "hour", _("hours")
    DAY = "day", _("days")
    WORKING_DAY = "working_day", _("working days")
    WEEK = "week", _("weeks")
    MONTH = "month", _("months")


class Layer(models.Model):
    """One version of one rotation, in force during `[effective_from, effective_until)`. An edit closes it and
    opens another row under the same name, so the past is never rewritten."""

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="layers")
    name = models.CharField(max_length=80)
    rank = models.PositiveSmallIntegerField(default=1)
    duty = models.CharField(max_length=12, choices=DutyName.choices, default=DutyName.PRIMARY)
    anchor_on = models.DateField()
    handoff_time = models.TimeField()
    turn_n = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    turn_unit = models.CharField(max_length=12, choices=TurnUnit.choices, default=TurnUnit.WEEK)
    working_days = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)]),
        null=True,
        help_text=_("0 is Monday."),
    )
    window_start = models.TimeField(null=True)
    window_end = models.TimeField(null=True)
    ends_on = models.DateField(null=True)
    effective_from = models.DateTimeField(null=True)
    effective_until = models.DateTimeField(null=True)

    objects = LayerQuerySet.as_manager()

    class Meta:
        ordering = ["-rank", "name", "effective_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(window_start=None, window_end=None)
                | Q(window_start__isnull=False, window_end__isnull=False),
                name="layer_window_whole",
            ),
            # What the rota core would refuse must not be storable: it would break a page, not a form.
            models.CheckConstraint(
                condition=Q(turn_n__gte=1, turn_n__lte=10_000), name="layer_turn_1_to_10000"
            ),
            models.CheckConstraint(
                condition=Q(working_days=None)
                | Q(working_days__len__gte=1, working_days__contained_by=list(range(7))),
                name="layer_working_days_are_weekdays",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("anchor_on")), name="layer_ends_after_anchor"
            ),
            ExclusionConstraint(
                name="layer_versions_follow_one_another",
                expressions=[
                    ("roster", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    (
                        Func(
                            "effective_from",
                            "effective_until",
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                condition=Q(effective_until=None)
                | Q(effective_from=None)
                | Q(effective_until__gt=F("effective_from")),
                name="layer_version_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Participant(models.Model):
    """A person's place in a rotation. Everyone with the same `group` is on duty together."""

    layer = models.ForeignKey(Layer, models.CASCADE, related_name="participants")
    group = models.PositiveSmallIntegerField()
    person = models.ForeignKey(User, models.PROTECT, related_name="rotations")

    class Meta:
        ordering = ["group", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["layer", "group", "person"], name="participant_once_per_group")
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.layer}"
