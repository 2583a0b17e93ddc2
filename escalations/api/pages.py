"""`/api/pages/`: the caller's waiting pages, and acknowledging one."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest, nothing_asked
from escalations.actions import pages
from escalations.models import Page


class PageSerializer(serializers.Serializer):
    page = serializers.UUIDField(source="pk")
    incident = serializers.CharField(source="incident.code")
    severity = serializers.CharField(source="incident.get_severity_display")
    state = serializers.ChoiceField(choices=Page.State.choices)
    created_at = serializers.DateTimeField()


class AnsweredPageSerializer(PageSerializer):
    """A page after it was acknowledged; `won` says whether this call counted."""

    won = serializers.BooleanField()


class WaitingPagesSerializer(serializers.Serializer):
    results = PageSerializer(many=True)


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
        page = get_object_or_404(Page.objects.visible_to(request.subject), pk=pk)
        nothing_asked(request)
        result = pages.acknowledge(page=page, by=request.user, at=request.subject.at, via="api")
        return Response({"won": result.won, **PageSerializer(result.page).data})
