"""`/api/office-days/`: on which dates people come in, and where."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import moments_in
from accounts.api.pagination import PageQuery, page, page_of
from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest
from accounts.api.serializers import PersonField, StrictSerializer
from accounts.models import Site
from oncall.actions import office_days
from oncall.api.asking import asked, given
from oncall.api.fields import YEAR, DayField
from oncall.models import OfficeDay


class OfficeDateField(DayField):
    """A date of the person's own, within the bound."""

    default_error_messages = {"invalid": "Write a date as 2026-03-08."}

    def to_internal_value(self, value: Any) -> Any:
        day = super().to_internal_value(value)
        try:
            moments_in.plausible_day(day)
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.messages) from None
        return day


class OfficeDayQuery(PageQuery):
    first = OfficeDateField(required=False, help_text="Earlier days are left out.")
    last = OfficeDateField(required=False, help_text="Later days are left out.")
    person = PersonField(required=False)


class DaySerializer(StrictSerializer):
    on = OfficeDateField()
    site = serializers.ChoiceField(choices=Site.choices)


class ChosenDaysSerializer(StrictSerializer):
    """Your days from `first` to `last`, both included: these, and no others."""

    first = OfficeDateField()
    last = OfficeDateField()
    days = serializers.ListField(child=DaySerializer(), max_length=YEAR.days)

    def validate(self, attrs: dict) -> dict:
        first, last, days = attrs["first"], attrs["last"], attrs["days"]
        if last < first:
            raise serializers.ValidationError({"last": ["The last day comes after the first."]})
        if last - first >= YEAR:
            raise serializers.ValidationError({"last": [f"Choose {YEAR.days} days at most."]})
        if len({it["on"] for it in days}) < len(days):
            raise serializers.ValidationError({"days": ["Name each day once."]})
        if any(not first <= it["on"] <= last for it in days):
            raise serializers.ValidationError({"days": ["Choose days from the first to the last."]})
        return attrs


class OfficeDaySerializer(serializers.ModelSerializer):
    person = PersonField()

    class Meta:
        model = OfficeDay
        fields = ("person", "on", "site")


class OfficeDays(APIView):
    permission_classes = (Holds,)

    @extend_schema(
        operation_id="list_office_days", parameters=[OfficeDayQuery], responses=page_of(OfficeDaySerializer)
    )
    def get(self, request: CallerRequest) -> Response:
        """Everybody's where your roles show you who is on duty, else your own; the earliest first."""
        query = asked(request, OfficeDayQuery)
        rows = OfficeDay.objects.select_related("person")
        if not request.subject.may("duty.view"):
            rows = rows.filter(person=request.user)
        narrowed = {"first": "on__gte", "last": "on__lte", "person": "person"}
        rows = rows.filter(**{narrowed[name]: query[name] for name in narrowed if name in query})
        return page(request, rows, key=("on", "pk"), shape=OfficeDaySerializer)

    @extend_schema(
        operation_id="choose_office_days",
        request=ChosenDaysSerializer,
        responses=OfficeDaySerializer(many=True),
    )
    def post(self, request: CallerRequest) -> Response:
        """You come in on these days of the time named and on no others of it. What is before today stays as it was."""
        fields = given(request, ChosenDaysSerializer)
        span = fields["first"], fields["last"]
        days = {it["on"]: it["site"] for it in fields.pop("days")}
        me, at = request.user, request.subject.at
        office_days.choose(person=me, days=days, by=me, at=at, **fields)
        rows = OfficeDay.objects.filter(person=request.user, on__range=span).select_related("person")
        return Response(OfficeDaySerializer(rows, many=True).data)
