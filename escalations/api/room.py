"""`/api/incidents/<code>/pages/`: whom an incident's pages ask and what became of them; asking by hand, and taking that
back."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest, nothing_asked
from accounts.api.serializers import PersonField, StrictSerializer
from accounts.models import Delivery, Urgency
from escalations.actions import by_hand
from escalations.api.pages import PageSerializer
from escalations.models import Page
from incidents.choices import Function
from incidents.models import Incident

MOST = 200
URGENCIES = [Urgency.HIGH.value, Urgency.LOW.value]


class DeliverySerializer(serializers.Serializer):
    """One attempt: made, or due to be made."""

    by = serializers.CharField(source="channel", help_text="The kind of method.")
    attempt = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Delivery.State.choices)
    due_at = serializers.DateTimeField()
    handed_at = serializers.DateTimeField(
        help_text="When the provider took it; null before.", allow_null=True
    )
    confirmed_at = serializers.DateTimeField(help_text="When the provider said it arrived.", allow_null=True)
    provider_status = serializers.CharField(help_text="The provider's last word.")
    outcome = serializers.CharField(help_text="Why it failed or was not needed.")


class RoomPageSerializer(PageSerializer):
    """A page as the room shows it. By the policy, it has a step; by hand, it names who asked."""

    responder = serializers.EmailField(source="responder.email")
    step = serializers.SerializerMethodField(help_text="From 1; null for a page by hand.")
    asked_by = serializers.EmailField(source="asked_by.email", default=None, allow_null=True)
    reminded_by = serializers.EmailField(
        source="reminded_by.email",
        default=None,
        allow_null=True,
        help_text="Who asked by hand for somebody the policy was asking; the page stays the policy's.",
    )
    function = serializers.CharField(help_text="They were asked for as being on call for it.")
    handed_on_by = serializers.EmailField(source="handed_on.responder.email", default=None, allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_because = serializers.CharField()
    deliveries = serializers.SerializerMethodField()

    def get_step(self, page: Page) -> int | None:
        return None if page.step is None else page.step + 1

    @extend_schema_field(DeliverySerializer(many=True))
    def get_deliveries(self, page: Page) -> list[dict[str, Any]]:
        rows = sorted(page.message.deliveries.all(), key=lambda delivery: (delivery.due_at, delivery.pk))
        return list(DeliverySerializer(rows, many=True).data)


class RoomPagesSerializer(serializers.Serializer):
    results = RoomPageSerializer(many=True)


class AskSerializer(StrictSerializer):
    """Either a person or a function."""

    person = PersonField(required=False)
    function = serializers.ChoiceField(choices=Function.choices, required=False)
    urgency = serializers.ChoiceField(choices=URGENCIES, default=Urgency.HIGH.value)

    def validate(self, attrs: dict) -> dict:
        if ("person" in attrs) == ("function" in attrs):
            raise serializers.ValidationError("Give either person or function.")
        return attrs


class IncidentPages(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="list_incident_pages", responses=RoomPagesSerializer)
    def get(self, request: CallerRequest, code: str) -> Response:
        """By the policy and by hand, the latest first, with every attempt made and to come; 200 at most."""
        incident = _found(request, code, "view")
        return Response({"results": _told(Page.objects.filter(incident=incident).newest_first())})

    @extend_schema(operation_id="page_by_hand", request=AskSerializer, responses={201: RoomPagesSerializer})
    def post(self, request: CallerRequest, code: str) -> Response:
        """Ask a person, or whoever is on call for a function now. Whoever is being paged already is not paged twice.
        409 with the reason where nobody can be asked; then nothing was stored."""
        incident = _found(request, code, "edit")
        asked = AskSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        told: dict[str, Any] = {"incident": incident, "by": request.user, "at": request.subject.at}
        told["urgency"] = asked.validated_data["urgency"]
        if "person" in asked.validated_data:
            made = [by_hand.ask(responder=asked.validated_data["person"], **told)]
        else:
            made = by_hand.ask_function(function=asked.validated_data["function"], **told)
        rows = Page.objects.filter(pk__in=[page.pk for page in made]).newest_first()
        return Response({"results": _told(rows)}, status=201)


class TakeBackPage(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="take_back_page", request=None, responses=RoomPageSerializer)
    def post(self, request: CallerRequest, code: str, pk: UUID) -> Response:
        """A page by hand ends; its responder hears so if it had reached them. 409 for one of the policy, and for one
        that had ended."""
        incident = _found(request, code, "edit")
        page = get_object_or_404(Page.objects.filter(incident=incident), pk=pk)
        nothing_asked(request)
        by_hand.take_back(page=page, by=request.user, at=request.subject.at)
        return Response(_told(Page.objects.filter(pk=page.pk))[0])


def _found(request: CallerRequest, code: str, permission: str) -> Incident:
    visible = Incident.objects.visible_to(request.subject, permission)
    return get_object_or_404(visible.select_related("profile"), code=code)


def _told(pages: Any) -> list[dict[str, Any]]:
    return list(RoomPageSerializer(pages.for_room()[:MOST], many=True).data)
