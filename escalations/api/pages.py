"""`/api/pages/`: the caller's waiting pages, and acknowledging one."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest, nothing_asked
from escalations.actions import pages
from escalations.models import Page


class Pages(APIView):
    permission_classes = (Holds,)

    def get(self, request: CallerRequest) -> Response:
        waiting = Page.objects.visible_to(request.subject).waiting().newest_first()[:200]
        return Response({"results": [_shape(page) for page in waiting]})


class AcknowledgePage(APIView):
    permission_classes = (Holds,)

    def post(self, request: CallerRequest, pk: UUID) -> Response:
        """200 also when somebody was faster; `won` says whether this call counted."""
        page = get_object_or_404(Page.objects.visible_to(request.subject), pk=pk)
        nothing_asked(request)
        result = pages.acknowledge(page=page, by=request.user, at=request.subject.at, via="api")
        return Response({"won": result.won, **_shape(result.page)})


def _shape(page: Page) -> dict:
    return {
        "page": str(page.pk),
        "incident": page.incident.code,
        "severity": page.incident.get_severity_display(),
        "state": page.state,
        "created_at": page.created_at.isoformat(),
    }
