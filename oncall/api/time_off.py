"""`/api/time-off/`: when people are away. Their shifts are empty then, until somebody is found."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import page, page_of
from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest, nothing_asked
from accounts.api.serializers import PersonField, StrictSerializer
from accounts.models import User
from oncall.absences import absences
from oncall.actions import time_off
from oncall.api.asking import PersonSpanQuery, asked, given, reaching
from oncall.api.fields import YEAR, InstantField, SpanSerializer
from oncall.calendar_lines import CalendarError
from oncall.models import TimeOff


class NewTimeOffSerializer(SpanSerializer):
    LONGEST = 5 * YEAR

    person = PersonField(required=False, help_text="You, if not said; somebody else for a roster admin.")
    note = serializers.CharField(max_length=200, allow_blank=True, default="")


class TimeOffSerializer(serializers.ModelSerializer):
    person = PersonField()
    starts_at = InstantField()
    ends_at = InstantField()
    note = serializers.SerializerMethodField(
        help_text="null where it is not for you: notes are for their person and roster admins."
    )
    made_at = InstantField()
    ended_at = InstantField(allow_null=True)

    class Meta:
        model = TimeOff
        fields = ("id", "person", "starts_at", "ends_at", "note", "made_at", "ended_at")

    def get_note(self, row: TimeOff) -> str | None:
        return row.note if _answers_for(self.context["request"], row.person) else None


class CalendarSerializer(StrictSerializer):
    calendar = serializers.CharField(trim_whitespace=False, help_text="The text of an .ics file.")


class BroughtSerializer(serializers.Serializer):
    """How many times away were new, known already, and ended."""

    new = serializers.IntegerField()
    known = serializers.IntegerField()
    ended = serializers.IntegerField()


class TimeOffs(APIView):
    permission_classes = (Holds,)

    @extend_schema(
        operation_id="list_time_off", parameters=[PersonSpanQuery], responses=page_of(TimeOffSerializer)
    )
    def get(self, request: CallerRequest) -> Response:
        """Everybody's, the latest start first; what was ended early says when."""
        query = asked(request, PersonSpanQuery)
        rows = reaching(_told(), query)
        if "person" in query:
            rows = rows.filter(person=query["person"])
        key, context = ("-starts_at", "-pk"), {"request": request}
        return page(request, rows, key=key, shape=TimeOffSerializer, context=context)

    @extend_schema(
        operation_id="enter_time_off", request=NewTimeOffSerializer, responses={201: TimeOffSerializer}
    )
    def post(self, request: CallerRequest) -> Response:
        """They are away, from now on at the earliest. Whoever's shifts change is told."""
        fields = given(request, NewTimeOffSerializer)
        person = fields.pop("person", request.user)
        _require_answering(request, person)
        row = time_off.enter(person=person, by=request.user, at=request.subject.at, **fields)
        return Response(TimeOffSerializer(row, context={"request": request}).data, status=201)


class ImportTimeOff(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="import_time_off", request=CalendarSerializer, responses=BroughtSerializer)
    def post(self, request: CallerRequest) -> Response:
        """Your own calendar says when you are away: what is new in it is entered, what an earlier one brought and this
        one has not ends, what was entered by hand stays. Read whole or not at all, with the line that is wrong; 409
        for one that says nothing of the time to come."""
        text, at = given(request, CalendarSerializer)["calendar"], request.subject.at
        try:
            found = absences(text.encode(), zone=request.user.zone, at=at)
        except CalendarError as error:
            raise serializers.ValidationError({"calendar": [str(error)]}) from None
        done = time_off.bring(person=request.user, absences=found, by=request.user, at=at)
        return Response(BroughtSerializer(done).data)


class EndTimeOff(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="end_time_off", request=None, responses=TimeOffSerializer)
    def post(self, request: CallerRequest, pk: int) -> Response:
        """They are back: what was still to come of it does not count."""
        row = get_object_or_404(_told(), pk=pk)
        _require_answering(request, row.person)
        nothing_asked(request)
        time_off.end(time_off=row, by=request.user, at=request.subject.at)
        row = _told().get(pk=row.pk)
        return Response(TimeOffSerializer(row, context={"request": request}).data)


def _told() -> Any:
    return TimeOff.objects.select_related("person")


def _answers_for(request: CallerRequest, person: User) -> bool:
    return person.pk == request.user.pk or request.subject.may("rosters.manage")


def _require_answering(request: CallerRequest, person: User) -> None:
    if not _answers_for(request, person):
        raise PermissionDenied("This is for the person themselves and for roster admins.")
