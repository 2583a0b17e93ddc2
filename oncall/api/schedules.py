"""`/api/rosters/<slug>/schedule/` and `/coverage/`: the final schedule of a span, and what is missing in it. The
shapes are those of `roster_preview`; people go by their addresses."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest
from accounts.models import User
from oncall import findings
from oncall.api.asking import asked, roster_called
from oncall.api.fields import InstantField, SpanSerializer
from oncall.coverage import Hole
from oncall.findings import Findings
from oncall.models import DutyName, Roster
from oncall.preview import told, told_on_duty, written

HOLES = ["gap", "thin", "unskilled"]


class ScheduleQuery(SpanSerializer):
    at = InstantField(required=False, help_text="Say as well who is on duty at this instant.")


class ToldSpan(serializers.Serializer):
    starts_at = InstantField()
    ends_at = InstantField()


class ShiftSerializer(ToldSpan):
    people = serializers.ListField(child=serializers.EmailField())
    layer = serializers.CharField(help_text="`override` for whoever an override or a swap put on duty.")
    duty = serializers.ChoiceField(choices=DutyName.choices)


class ThinSerializer(ToldSpan):
    have = serializers.IntegerField()
    need = serializers.IntegerField()


class UnskilledSerializer(ToldSpan):
    missing = serializers.ListField(child=serializers.CharField())


class EmptySerializer(ToldSpan):
    layer = serializers.CharField()
    person = serializers.EmailField()
    reason = serializers.ChoiceField(choices=["time_off", "unreachable"])


class OnDutyAtSerializer(serializers.Serializer):
    at = InstantField()
    people = serializers.ListField(child=serializers.EmailField())


class ScheduleSerializer(serializers.Serializer):
    shifts = ShiftSerializer(many=True)
    gaps = ToldSpan(many=True)
    thin = ThinSerializer(many=True)
    unskilled = UnskilledSerializer(many=True)
    empty = EmptySerializer(many=True)
    on_duty = OnDutyAtSerializer(required=False)


class HoleSerializer(ToldSpan):
    kind = serializers.ChoiceField(choices=HOLES)
    duty = serializers.ChoiceField(choices=DutyName.choices)
    have = serializers.IntegerField()
    need = serializers.IntegerField()
    missing = serializers.ListField(child=serializers.CharField())


class CoverageSerializer(serializers.Serializer):
    is_covered = serializers.BooleanField(help_text="There is no hole in the whole span.")
    holes = HoleSerializer(many=True)
    empty = EmptySerializer(many=True)
    unreachable = serializers.ListField(
        child=serializers.EmailField(), help_text="Named in the rules, with no way to be reached now."
    )


class Schedule(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="get_schedule", parameters=[ScheduleQuery], responses=ScheduleSerializer)
    def get(self, request: CallerRequest, slug: str) -> Response:
        """The final schedule within the span and cut to it, a year at most: who is on, and every hole. It is computed,
        the past as it was planned."""
        query = asked(request, ScheduleQuery)
        roster, now = roster_called(slug), request.subject.at
        found = _found(roster, query, now)
        plain = told(found.schedule, found.holes, name=_addresses(found))
        if at := query.get("at"):
            on = Roster.objects.filter(pk=roster.pk).on_duty(at=at, now=now)[roster.pk]
            plain["on_duty"] = told_on_duty(on, at, name=_address)
        return Response(plain)


class Coverage(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="get_coverage", parameters=[SpanSerializer], responses=CoverageSerializer)
    def get(self, request: CallerRequest, slug: str) -> Response:
        """What is missing within the span, a year at most: by duty, with how many there are and how many are asked."""
        query = asked(request, SpanSerializer)
        found = _found(roster_called(slug), query, request.subject.at)
        name = _addresses(found)
        return Response(
            {
                "is_covered": not found.holes,
                "holes": [_hole(it) for it in found.holes],
                "empty": told(found.schedule, [], name=name)["empty"],
                "unreachable": sorted(map(name, found.members.unreachable)),
            }
        )


def _found(roster: Roster, query: dict[str, Any], now: datetime) -> Findings:
    return findings.of_roster(roster, span=(query["starts_at"], query["ends_at"]), at=now)


def _addresses(found: Findings) -> Callable[[int], str]:
    """What everybody named in the findings goes by."""
    return lambda person_id: found.members.people[person_id].email


def _address(person: User) -> str:
    return person.email


def _hole(hole: Hole) -> dict[str, Any]:
    return {
        "kind": hole.kind,
        "duty": hole.duty,
        "starts_at": written(hole.starts_at),
        "ends_at": written(hole.ends_at),
        "have": hole.have,
        "need": hole.need,
        "missing": list(hole.missing),
    }
