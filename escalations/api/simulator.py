"""`/api/simulator/`: who would be paged for a report, when, and by what."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest
from accounts.api.serializers import OffsetDateTimeField, StrictSerializer
from escalations import forecast
from escalations.coverage import Case
from escalations.ladder import Why
from incidents.choices import Region, Severity, Source
from incidents.taxonomy import HARM_TYPES


class SimulatorQuery(StrictSerializer):
    """A report that nobody sends."""

    severity = serializers.ChoiceField(choices=[(level.value, f"SEV{level.value}") for level in Severity])
    harm_type = serializers.ChoiceField(choices=sorted(HARM_TYPES))
    region = serializers.ChoiceField(choices=Region.values, required=False, default="")
    language = serializers.RegexField(r"^[a-z]{2,3}\Z", required=False, default="")
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=Source.values, required=False, default=Source.API.value
    )
    at = OffsetDateTimeField(required=False, help_text="Now, if not said.")


class AttemptSerializer(serializers.Serializer):
    by = serializers.CharField(source="method", help_text="The kind of method.")
    due_at = serializers.DateTimeField()


class AskedSerializer(serializers.Serializer):
    person = serializers.EmailField(source="person.email")
    attempts = AttemptSerializer(many=True)


class PassedStepSerializer(serializers.Serializer):
    step = serializers.IntegerField(source="number")
    why = serializers.ChoiceField(choices=[why.value for why in Why])


class MomentSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    step = serializers.SerializerMethodField(help_text="Null once nobody is left to ask.")
    last_resort = serializers.SerializerMethodField()
    again = serializers.BooleanField()
    asked = AskedSerializer(many=True)
    passed = PassedStepSerializer(many=True)

    def get_step(self, moment: forecast.Moment) -> int | None:
        return moment.number or None

    def get_last_resort(self, moment: forecast.Moment) -> bool:
        return bool(moment.step and moment.step.resort)


class ForecastSerializer(serializers.Serializer):
    policy = serializers.CharField(allow_null=True, help_text="Null: no route fits, and it would be refused.")
    route = serializers.IntegerField(allow_null=True, help_text="Its place in the list, from 1.")
    language = serializers.CharField(help_text="What everybody who is paged has to speak, if anything.")
    moments = MomentSerializer(many=True)


class Simulator(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="simulate", parameters=[SimulatorQuery], responses=ForecastSerializer)
    def get(self, request: CallerRequest) -> Response:
        """As long as nobody acknowledges. Nothing is sent."""
        query = SimulatorQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        told: dict[str, Any] = dict(query.validated_data)
        at = told.pop("at", request.subject.at)
        found = forecast.of_report(Case(**told), at=at)
        body = {
            "policy": found.route.policy.slug if found.route else None,
            "route": found.route.position + 1 if found.route else None,
            "language": found.language,
            "moments": MomentSerializer(found.moments, many=True).data,
        }
        return Response(body)
