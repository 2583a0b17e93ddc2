"""`/api/handovers/`: what whoever goes off duty tells whoever comes on. It moves no page: the schedule alone does."""

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import PageQuery, page, page_of
from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest, nothing_asked
from accounts.api.serializers import PersonField, StrictSerializer
from oncall import handoffs
from oncall.actions import handovers
from oncall.api.asking import asked, given
from oncall.api.fields import InstantField, RosterField
from oncall.forms.handovers import MOST_CHARACTERS
from oncall.models import DutyName, Handover


class NewHandoverSerializer(StrictSerializer):
    roster = RosterField()
    duty = serializers.ChoiceField(choices=DutyName.choices)
    taker = PersonField(help_text="Who comes on duty then.")
    handoff_at = InstantField(help_text="When you go off duty, as the schedule has it.")
    text = serializers.CharField(max_length=MOST_CHARACTERS, help_text="What is open, or that nothing is.")


class HandoverSerializer(serializers.ModelSerializer):
    roster = serializers.CharField(source="roster.slug")
    giver = PersonField()
    taker = PersonField()
    handoff_at = InstantField()
    offered_at = InstantField()
    accepted_at = InstantField(allow_null=True)
    accepted_by = PersonField(allow_null=True)
    lapsed_at = InstantField(
        allow_null=True, help_text="When the manager on duty was told that nobody had accepted."
    )

    class Meta:
        model = Handover
        fields = (
            "id", "roster", "duty", "giver", "taker", "handoff_at", "text", "offered_at", "accepted_at",
            "accepted_by", "lapsed_at",
        )  # fmt: skip


class Handovers(APIView):
    permission_classes = (Holds,)

    @extend_schema(
        operation_id="list_handovers", parameters=[PageQuery], responses=page_of(HandoverSerializer)
    )
    def get(self, request: CallerRequest) -> Response:
        """Those you gave, took or could accept now, the latest handoff first."""
        asked(request, PageQuery)
        me, at = request.user, request.subject.at
        waiting = handoffs.to_stand_in(me, at=at).order_by().values("pk")
        mine = Q(giver=me) | Q(taker=me) | Q(accepted_by=me) | Q(pk__in=waiting)
        rows = Handover.objects.with_names().filter(mine)
        return page(request, rows, key=("-handoff_at", "-pk"), shape=HandoverSerializer)

    @extend_schema(
        operation_id="give_handover", request=NewHandoverSerializer, responses={201: HandoverSerializer}
    )
    def post(self, request: CallerRequest) -> Response:
        """You go off that duty and the taker comes on; they are told. Giving it again before it is accepted puts these
        words in place of the first. 409 where the schedule has no such handoff."""
        fields = given(request, NewHandoverSerializer)
        made = handovers.offer(by=request.user, at=request.subject.at, **fields)
        return Response(HandoverSerializer(made).data, status=201)


class AcceptHandover(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="accept_handover", request=None, responses=HandoverSerializer)
    def post(self, request: CallerRequest, pk: int) -> Response:
        """What was open is yours from now on. 409 when somebody else was first. Accepting twice changes nothing."""
        found = get_object_or_404(Handover.objects.with_names(), pk=pk)
        if not handovers.may_accept(found, request.user, at=request.subject.at):
            found = get_object_or_404(Handover.objects.of_person(request.user.pk), pk=pk)
        nothing_asked(request)
        handovers.accept(handover=found, by=request.user, at=request.subject.at)
        return Response(HandoverSerializer(Handover.objects.with_names().get(pk=pk)).data)
