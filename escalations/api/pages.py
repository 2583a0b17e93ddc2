"""`/api/pages/`: the caller's waiting pages, acknowledging one, handing one on."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest, nothing_asked
from accounts.api.serializers import PersonField, StrictSerializer
from accounts.models import Urgency
from escalations.actions import by_hand, pages
from escalations.endings import ending
from escalations.models import Page


class PageSerializer(serializers.Serializer):
    page = serializers.UUIDField(source="pk")
    incident = serializers.CharField(source="incident.code")
    severity = serializers.CharField(source="incident.get_severity_display")
    urgency = serializers.ChoiceField(choices=[Urgency.HIGH.value, Urgency.LOW.value])
    state = serializers.ChoiceField(choices=Page.State.choices)
    created_at = serializers.DateTimeField()


class AnsweredPageSerializer(PageSerializer):
    """A page after it was acknowledged; `won` says whether this call counted."""

    won = serializers.BooleanField()
    told = serializers.CharField(help_text="What became of it, in a sentence: who was faster, say.")


class WaitingPagesSerializer(serializers.Serializer):
    results = PageSerializer(many=True)


class HandOnSerializer(StrictSerializer):
    to = PersonField()


class Pages(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="list_waiting_pages", responses=WaitingPagesSerializer)
    def get(self, request: CallerRequest) -> Response:
        """Those that ask you, the latest first; 200 at most."""
        waiting = Page.objects.visible_to(request.subject).waiting().newest_first()[:200]
        return Response({"results": PageSerializer(waiting, many=True).data})


class AcknowledgePage(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="acknowledge_page", request=None, responses=AnsweredPageSerializer)
    def post(self, request: CallerRequest, pk: UUID) -> Response:
        """200 also when somebody was faster; `won` says whether this call counted."""
        page = _mine(request, pk)
        nothing_asked(request)
        result = pages.acknowledge(page=page, by=request.user, at=request.subject.at, via="api")
        told = {"won": result.won, "told": ending(result.page)}
        return Response(told | PageSerializer(result.page).data)


class HandOnPage(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="hand_on_page", request=HandOnSerializer, responses=PageSerializer)
    def post(self, request: CallerRequest, pk: UUID) -> Response:
        """A page of yours, to somebody who may know of the incident: they are paged, and yours ends. Answers yours.
        409 where it had ended, or they cannot be asked."""
        page = _mine(request, pk)
        asked = HandOnSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        by_hand.hand_on(page=page, to=asked.validated_data["to"], by=request.user, at=request.subject.at)
        return Response(PageSerializer(_mine(request, pk)).data)


def _mine(request: CallerRequest, pk: UUID) -> Page:
    return get_object_or_404(Page.objects.visible_to(request.subject), pk=pk)
