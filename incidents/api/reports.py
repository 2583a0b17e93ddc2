"""`/api/reports/`: report by machine or script, and read one's receipt."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest
from incidents.actions import intake
from incidents.actions.submission import Submission
from incidents.api.serializers import NewReportSerializer, ReceiptSerializer
from incidents.choices import Source
from incidents.models import Incident, Report


class Reports(APIView):
    permission_classes = (Holds,)

    @extend_schema(
        operation_id="send_report",
        request=NewReportSerializer,
        responses={200: ReceiptSerializer, 201: ReceiptSerializer},
        parameters=[
            OpenApiParameter(
                "Idempotency-Key", str, OpenApiParameter.HEADER, description="Your own name for this request."
            )
        ],
    )
    def post(self, request: CallerRequest) -> Response:
        """201 with the receipt; 200 with the first receipt when the Idempotency-Key is repeated."""
        told = NewReportSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        submission = Submission(
            source=Source.API,
            principal=f"person:{request.user.pk}",
            reporter=request.user,
            idempotency_key=_idempotency_key(request),
            **told.validated_data,
        )
        report, new = intake.receive(submission=submission, at=request.subject.at)
        receipt = ReceiptSerializer(report, context={"subject": request.subject})
        return Response(receipt.data, status=201 if new else 200)


class ReportDetail(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="get_report", responses=ReceiptSerializer)
    def get(self, request: CallerRequest, number: str) -> Response:
        """The receipt again: yours, or of an incident you may see."""
        visible = Report.objects.visible_to(request.subject, Incident.objects.all()).select_related(
            "incident"
        )
        report = get_object_or_404(visible, number=number)
        return Response(ReceiptSerializer(report, context={"subject": request.subject}).data)


def _idempotency_key(request: CallerRequest) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= 255 and key.isprintable()):
        raise ValidationError({"Idempotency-Key": ["Give 1 to 255 printable characters."]})
    return key
