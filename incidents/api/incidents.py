"""`/api/incidents/`: what the caller may see, and the triage verbs on it."""

from django.core.exceptions import ValidationError as DjangoValidationError
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.fields import URLField
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest, nothing_asked
from incidents.actions import lifecycle, triage
from incidents.api.serializers import (
    AcknowledgedSerializer,
    DeclineSerializer,
    FiltersSerializer,
    IncidentSerializer,
    MergeSerializer,
)
from incidents.models import Incident


class NewestFirst(CursorPagination):
    ordering = ("-declared_at", "-pk")
    page_size = 50

    def paginate_queryset(self, queryset, request, view=None):
        try:
            return super().paginate_queryset(queryset, request, view)
        except (DjangoValidationError, ValueError, OverflowError):
            # The base class hands the position inside a cursor to the database as it came.
            raise NotFound(self.invalid_cursor_message) from None


class Incidents(APIView):
    permission_classes = (Holds,)

    @extend_schema(
        operation_id="list_incidents",
        parameters=[FiltersSerializer],
        responses=inline_serializer(
            "IncidentPage",
            {
                "next": URLField(allow_null=True),
                "previous": URLField(allow_null=True),
                "results": IncidentSerializer(many=True),
            },
        ),
    )
    def get(self, request: CallerRequest) -> Response:
        """What you may see, the latest first."""
        visible = Incident.objects.visible_to(request.subject)
        visible = visible.select_related("acknowledged_by", "incident_manager")
        asked = FiltersSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        visible = visible.filter(**{k: v for k, v in asked.validated_data.items() if k != "cursor"})
        paginator = NewestFirst()
        rows = paginator.paginate_queryset(visible, request, view=self)
        return paginator.get_paginated_response(IncidentSerializer(rows, many=True).data)


class IncidentDetail(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="get_incident", responses=IncidentSerializer)
    def get(self, request: CallerRequest, code: str) -> Response:
        """One incident. Hidden and absent ones answer alike."""
        return Response(IncidentSerializer(_found(request, code, "view")).data)


class Acknowledge(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="acknowledge_incident", request=None, responses=AcknowledgedSerializer)
    def post(self, request: CallerRequest, code: str) -> Response:
        """200 for the first and for everyone after; `won` says whose acknowledgement counted."""
        found = _found(request, code, "edit")
        nothing_asked(request)
        result = lifecycle.acknowledge(incident=found, by=request.user, at=request.subject.at, via="api")
        return Response({"won": result.won, **IncidentSerializer(result.incident).data})


class Accept(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="accept_incident", request=None, responses=IncidentSerializer)
    def post(self, request: CallerRequest, code: str) -> Response:
        """Out of triage, with you as its incident manager."""
        found = _found(request, code, "edit")
        nothing_asked(request)
        accepted = lifecycle.accept(
            incident=found, manager=request.user, by=request.user, at=request.subject.at
        )
        return Response(IncidentSerializer(accepted).data)


class Decline(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="decline_incident", request=DeclineSerializer, responses=IncidentSerializer)
    def post(self, request: CallerRequest, code: str) -> Response:
        """Ended in triage, for a reason."""
        found = _found(request, code, "edit")
        asked = DeclineSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        declined = triage.decline(
            incident=found, reason=asked.validated_data["reason"], by=request.user, at=request.subject.at
        )
        return Response(IncidentSerializer(declined).data)


class Merge(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="merge_incident", request=MergeSerializer, responses=IncidentSerializer)
    def post(self, request: CallerRequest, code: str) -> Response:
        """Into another open incident of the same profile and mode, which takes over its reports."""
        found = _found(request, code, "edit")
        asked = MergeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        editable = Incident.objects.visible_to(request.subject, "edit")
        survivor = editable.filter(code=asked.validated_data["into"]).first()
        if survivor is None:
            raise ValidationError({"into": ["No open incident you may edit has this code."]})
        merged = triage.merge(incident=found, into=survivor, by=request.user, at=request.subject.at)
        return Response(IncidentSerializer(merged).data)


def _found(request: CallerRequest, code: str, permission: str) -> Incident:
    visible = Incident.objects.visible_to(request.subject, permission)
    return get_object_or_404(visible.select_related("acknowledged_by", "incident_manager"), code=code)
