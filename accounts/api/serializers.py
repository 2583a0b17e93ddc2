"""What every serializer of the API is made of: strict about names, exact about time."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts import moments_in
from accounts.models import User


class StrictSerializer(serializers.Serializer):
    """Refuses fields it does not know: a misspelt name must not look accepted."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if unknown:
            known = ", ".join(sorted(self.fields)) or "none"
            raise serializers.ValidationError(
                {name: [f"Unknown field. Known: {known}."] for name in sorted(unknown)}
            )
        return super().to_internal_value(data)


class NothingSerializer(StrictSerializer):
    """For a verb that takes nothing: whoever sends something believes that it does."""


class OffsetDateTimeField(serializers.DateTimeField):
    """ISO 8601 with an offset, within the bound. A moment without one would mean something else in another
    office."""

    def to_internal_value(self, value: Any) -> Any:
        try:
            moment = parse_datetime(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise serializers.ValidationError(
                "Give an ISO 8601 time with an offset, as in 2026-11-22T09:00:00Z."
            )
        try:
            moments_in.plausible(moment)
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.messages) from None
        return super().to_internal_value(value)


@extend_schema_field(OpenApiTypes.EMAIL)
class PersonField(serializers.Field):
    """A person, by the address they sign in with."""

    default_error_messages = {"unknown": "Nobody here has this address."}

    def to_internal_value(self, value: Any) -> User:
        person = None
        if isinstance(value, str) and "\0" not in value:
            person = User.objects.filter(email__iexact=value.strip()).first()
        if person is None:
            self.fail("unknown")
        return person

    def to_representation(self, person: User) -> str:
        return person.email
