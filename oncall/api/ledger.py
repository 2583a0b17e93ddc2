"""`/api/ledger/`: shifts that were worked and pages that were handled, as they were written down."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import page, page_of
from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest
from accounts.api.serializers import PersonField
from oncall.api.asking import PersonSpanQuery, asked, reaching
from oncall.api.fields import InstantField, RosterField
from oncall.models import HandledPage, WorkedShift


class LedgerQuery(PersonSpanQuery):
    roster = RosterField(required=False)


class WorkedShiftSerializer(serializers.ModelSerializer):
    roster = serializers.CharField(source="roster.slug")
    person = PersonField()
    layer = serializers.CharField(source="layer_name")
    starts_at = InstantField()
    ends_at = InstantField()

    class Meta:
        model = WorkedShift
        fields = ("roster", "person", "layer", "duty", "starts_at", "ends_at")


class HandledPageSerializer(serializers.ModelSerializer):
    person = PersonField()
    at = InstantField()

    class Meta:
        model = HandledPage
        fields = ("person", "at", "minutes")


class WorkedShifts(APIView):
    permission_classes = (Holds,)

    @extend_schema(
        operation_id="list_worked_shifts", parameters=[LedgerQuery], responses=page_of(WorkedShiftSerializer)
    )
    def get(self, request: CallerRequest) -> Response:
        """One row for each person and ended shift, the latest start first. Editing a roster changes none of them."""
        query = asked(request, LedgerQuery)
        exact = {name: query[name] for name in ("roster", "person") if name in query}
        rows = WorkedShift.objects.select_related("roster", "person").filter(**exact)
        return page(request, reaching(rows, query), key=("-starts_at", "-pk"), shape=WorkedShiftSerializer)


class HandledPages(APIView):
    permission_classes = (Holds,)

    @extend_schema(
        operation_id="list_handled_pages",
        parameters=[PersonSpanQuery],
        responses=page_of(HandledPageSerializer),
    )
    def get(self, request: CallerRequest) -> Response:
        """Your own, everybody's for a roster admin; the latest first."""
        query = asked(request, PersonSpanQuery)
        rows = HandledPage.objects.select_related("person")
        if not request.subject.may("rosters.manage"):
            rows = rows.filter(person=request.user)
        if "person" in query:
            rows = rows.filter(person=query["person"])
        if "starts_at" in query:
            rows = rows.filter(at__gte=query["starts_at"])
        if "ends_at" in query:
            rows = rows.filter(at__lt=query["ends_at"])
        return page(request, rows, key=("-at", "-pk"), shape=HandledPageSerializer)
