"""Rosters and their layers as rows. The rules are read into `rota` and computed there; only what has been
worked is written down."""

from typing import cast

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from oncall import rota
from oncall.querysets import RosterQuerySet
from oncall.spans import Span


class DutyName(models.TextChoices):
    PRIMARY = "primary", _("Primary")
    SECONDARY = "secondary", _("Secondary")


class TurnUnit(models.TextChoices):
    HOUR = "hour", _("hours")
    DAY = "day", _("days")
    WORKING_DAY = "working_day", _("working days")
    WEEK = "week", _("weeks")
    MONTH = "month", _("months")


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
    recorded_until = models.DateTimeField(
        null=True, help_text=_("Shifts ended before this are in the ledger.")
    )

    objects = RosterQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_manager_on_duty"],
                name="roster_one_manager_on_duty",
                condition=Q(is_manager_on_duty=True),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def rules(self) -> rota.Rota:
        """The roster as the pure core knows it. No query after `with_rules()`."""
        # A layer whose last participant was taken out is silent rather than an error in the middle of a page.
        layers = tuple(layer.rules() for layer in self.layers.all() if layer.participants.all())
        return rota.Rota(zone=self.zone, depth=self.depth, layers=layers)

    def lanes_within(self, span: Span) -> list[tuple[str, str]]:
        """(duty, "") for each duty that is paged within `span`, whether or not a layer still has people, and
        primary at the least; ("", layer) where the roster is presence alone. No query after `with_rules()`."""
        layers = [layer for layer in self.layers.all() if layer.is_in_force(span)]
        if self.is_paged:
            return [
                (duty, "") for duty in sorted({layer.duty for layer in layers} or {DutyName.PRIMARY.value})
            ]
        return [("", name) for name in dict.fromkeys(layer.name for layer in layers)]


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

    def is_in_force(self, span: Span) -> bool:
        """Whether this version speaks for any of `span`."""
        begins = self.effective_from is None or self.effective_from < span[1]
        return begins and (self.effective_until is None or self.effective_until > span[0])

    def rules(self) -> rota.Layer:
        groups: dict[int, list[int]] = {}
        for participant in self.participants.all():
            groups.setdefault(participant.group, []).append(participant.person_id)
        window = None
        if self.window_start is not None and self.window_end is not None:
            window = rota.Window(self.window_start, self.window_end)
        return rota.Layer(
            name=self.name,
            rank=self.rank,
            duty=cast(rota.Duty, self.duty),
            anchor_on=self.anchor_on,
            handoff_time=self.handoff_time,
            turn=rota.Turn(self.turn_n, cast(rota.Unit, self.turn_unit)),
            working_days=None if self.working_days is None else frozenset(self.working_days),
            window=window,
            ends_on=self.ends_on,
            effective_from=self.effective_from,
            effective_until=self.effective_until,
            groups=tuple(tuple(people) for _, people in sorted(groups.items())),
        )


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


class WorkedShift(models.Model):
    """A shift that has ended, written once: the record of who worked, whatever is edited later."""

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="worked_shifts")
    person = models.ForeignKey(User, models.PROTECT, related_name="worked_shifts")
    layer_name = models.CharField(max_length=80)
    duty = models.CharField(max_length=12, choices=DutyName.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "person", "duty", "layer_name", "starts_at"], name="worked_shift_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="worked_shift_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.starts_at:%Y-%m-%d %H:%M}"
