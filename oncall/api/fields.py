"""Times, spans and rosters as the on-call API reads and tells them. A span that ends before it starts, a wall time that
is none: each is refused at its field."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.serializers import OffsetDateTimeField, PersonField, StrictSerializer
from accounts.models import User
from oncall.layers import RotaError
from oncall.models import Roster
from oncall.people import barred
from oncall.preview import written

YEAR = timedelta(days=366)
CLOCK = "%H:%M"


@contextmanager
def field_errors(**renamed: str) -> Iterator[None]:
    """What the rota core refuses within is told at the field of that name, or of what it is `renamed` to here."""
    try:
        yield
    except RotaError as error:
        first, *rest = error.field.split(".")
        told: Any = [error.message]
        for step in reversed([renamed.get(first, first), *rest]):
            told = {step: told}
        raise serializers.ValidationError(told) from None


class InstantField(OffsetDateTimeField):
    """An instant; told in UTC."""

    def to_representation(self, value: datetime) -> str:
        return written(value)


@extend_schema_field(OpenApiTypes.EMAIL)
class DutyPersonField(PersonField):
    """Somebody who may be put on duty: their roles open On duty."""

    default_error_messages = {
        "barred": "The roles of {name} do not open On duty. Give them one that does, or choose somebody else."
    }

    def to_internal_value(self, value: Any) -> User:
        person = super().to_internal_value(value)
        if barred([person.pk]).exists():
            self.fail("barred", name=person.name)
        return person


class ClockField(serializers.TimeField):
    """A time of day as a wall shows it, to the minute."""

    default_error_messages = {"invalid": "Write a time of day as 09:00, up to 23:59."}

    def __init__(self, **kwargs: Any):
        super().__init__(format=CLOCK, input_formats=[CLOCK], **kwargs)


class DayField(serializers.DateField):
    """A date of the roster's zone."""

    default_error_messages = {"invalid": "Write a date as 2026-03-08."}


class RosterField(serializers.SlugRelatedField):
    """A roster, by its slug."""

    default_error_messages = {
        "does_not_exist": "No roster has this slug.",
        "invalid": "Give a roster's slug.",
    }

    def __init__(self, **kwargs: Any):
        super().__init__(slug_field="slug", queryset=Roster.objects.all(), **kwargs)


@extend_schema_field(
    {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}
)
class DutiesField(serializers.DictField):
    """Duty → addresses of the people on it."""


class WindowSerializer(StrictSerializer):
    """Daily hours on the roster's clocks; an end at or before the start is the next day's."""

    start = ClockField()
    end = ClockField()


class SpanSerializer(StrictSerializer):
    """From when until when, half-open."""

    LONGEST = YEAR

    starts_at = InstantField()
    ends_at = InstantField()

    def validate(self, attrs: dict) -> dict:
        length = attrs["ends_at"] - attrs["starts_at"]
        if length <= timedelta():
            raise serializers.ValidationError({"ends_at": ["The end must be after the start."]})
        if length > self.LONGEST:
            raise serializers.ValidationError({"ends_at": [f"Ask for {self.LONGEST.days} days at most."]})
        return attrs
