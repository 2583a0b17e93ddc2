"""`/api/on-duty/`: who is on each duty of each roster, now or at any instant."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest
from accounts.api.serializers import StrictSerializer
from oncall.api.asking import asked
from oncall.api.fields import DutiesField, InstantField, RosterField
from oncall.models import Roster
from oncall.preview import written


class OnDutyQuery(StrictSerializer):
    at = InstantField(required=False, help_text="Now, if not said.")
    roster = RosterField(required=False)


class RosterOnDutySerializer(serializers.Serializer):
    roster = serializers.SlugField()
    duties = DutiesField(help_text="Addresses of the people on each duty; an empty list is a gap.")


class OnDutySerializer(serializers.Serializer):
    at = InstantField()
    rosters = RosterOnDutySerializer(many=True)


class OnDuty(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="who_is_on_duty", parameters=[OnDutyQuery], responses=OnDutySerializer)
    def get(self, request: CallerRequest) -> Response:
        """Computed from the rules at that instant. Whoever cannot be reached is left out from now on; the past is told
        as it was planned."""
        query, now = asked(request, OnDutyQuery), request.subject.at
        at = query.get("at", now)
        chosen = Roster.objects.filter(pk=query["roster"].pk) if "roster" in query else Roster.objects.all()
        duties = chosen.on_duty(at=at, now=now)
        rosters = [
            {
                "roster": roster.slug,
                "duties": {duty: [p.email for p in people] for duty, people in duties[roster.pk].items()},
            }
            for roster in chosen
        ]
        return Response({"at": written(at), "rosters": rosters})
