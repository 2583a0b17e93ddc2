"""`/api/overrides/`: what somebody decided about a duty for a while."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import page, page_of
from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest, nothing_asked
from accounts.api.serializers import PersonField
from oncall.actions import overrides
from oncall.api.asking import RosterSpanQuery, asked, given, reaching
from oncall.api.fields import DutyPersonField, InstantField, RosterField, SpanSerializer, field_errors
from oncall.models import DutyName, Override


class NewOverrideSerializer(SpanSerializer):
    roster = RosterField()
    kind = serializers.ChoiceField(choices=Override.Kind.choices)
    person = PersonField(
        allow_null=True, default=None, help_text="Whose slots it acts on; null: everybody's. Empty for `add`."
    )
    by = DutyPersonField(allow_null=True, default=None, help_text="Who is on duty then. Empty for `remove`.")
    duty = serializers.ChoiceField(choices=DutyName.choices, allow_blank=True, default="")
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")
    acknowledge = serializers.BooleanField(
        default=False, help_text="Do it although something speaks against `by`: a 409 told you what."
    )


class OverrideSerializer(serializers.ModelSerializer):
    roster = serializers.CharField(source="roster.slug")
    person = PersonField(allow_null=True)
    by = PersonField(allow_null=True)
    starts_at = InstantField()
    ends_at = InstantField()
    acknowledged = serializers.ListField(
        child=serializers.CharField(), help_text="What spoke against it and was decided anyway."
    )
    made_at = InstantField()
    made_by = PersonField()
    ended_at = InstantField(allow_null=True)
    ended_by = PersonField(allow_null=True)

    class Meta:
        model = Override
        fields = (
            "id", "roster", "kind", "person", "by", "duty", "starts_at", "ends_at", "reason", "acknowledged",
            "made_at", "made_by", "ended_at", "ended_by",
        )  # fmt: skip


class Overrides(APIView):
    permission_classes = (Holds,)

    @extend_schema(
        operation_id="list_overrides", parameters=[RosterSpanQuery], responses=page_of(OverrideSerializer)
    )
    def get(self, request: CallerRequest) -> Response:
        """The latest first, ended ones too."""
        query = asked(request, RosterSpanQuery)
        rows = reaching(_told(), query)
        if "roster" in query:
            rows = rows.filter(roster=query["roster"])
        return page(request, rows, key=("-pk",), shape=OverrideSerializer)

    @extend_schema(
        operation_id="make_override", request=NewOverrideSerializer, responses={201: OverrideSerializer}
    )
    def post(self, request: CallerRequest) -> Response:
        """People whose shifts change are told. 409 with `objections` when something speaks against whoever would be on
        duty: send it again with `acknowledge` to decide so anyway, by your name. 409 too when it would change nothing.
        What `person` has by swaps is taken from whoever had it before, so that several may be made: the answer is the
        first in time."""
        fields = given(request, NewOverrideSerializer)
        with field_errors():
            made = overrides.make(
                stand_in=fields.pop("by"),
                acknowledged=fields.pop("acknowledge"),
                by=request.user,
                at=request.subject.at,
                **fields,
            )
        return Response(OverrideSerializer(made).data, status=201)


class EndOverride(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="end_override", request=None, responses=OverrideSerializer)
    def post(self, request: CallerRequest, pk: int) -> Response:
        """It acts no longer; what it did until now stays."""
        found = get_object_or_404(_told(), pk=pk)
        nothing_asked(request)
        overrides.end(override=found, by=request.user, at=request.subject.at)
        return Response(OverrideSerializer(_told().get(pk=found.pk)).data)


def _told() -> Any:
    return Override.objects.select_related("roster", "person", "by", "made_by", "ended_by")
