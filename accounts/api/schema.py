"""How the API describes itself: every operation with the one shape of everything that can go wrong."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers


class ProblemSerializer(serializers.Serializer):
    """Problem JSON (RFC 9457): what went wrong, and where."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence for people: what to do.")
    # `errors` is what every serializer calls its own; the schema has to be told by its other door.

    def get_fields(self) -> dict[str, serializers.Field]:
        return super().get_fields() | {
            "errors": serializers.DictField(
                required=False, help_text="Sentences by field, where fields were wrong."
            )
        }


class Described(AutoSchema):
    """An operation's id is what a person would call it (`list_rosters`); its docstring describes it."""

    def get_summary(self) -> str:
        return self.get_operation_id().replace("_", " ").capitalize()

    def get_operation(self, *args: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args)
        if operation is not None:
            problem = self.resolve_serializer(ProblemSerializer, "response").ref
            operation["responses"]["default"] = {
                "description": "It was refused, and nothing was kept; or there is nothing there.",
                "content": {"application/problem+json": {"schema": problem}},
            }
        return operation
