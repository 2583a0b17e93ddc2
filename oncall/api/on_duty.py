"""`/api/on-duty/`: who is on each duty of each roster at this moment."""

from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest
from oncall.models import Roster


class OnDuty(APIView):
    permission_classes = (Holds,)

    def get(self, request: CallerRequest) -> Response:
        at = request.subject.at
        duties = Roster.objects.on_duty(at=at)
        rosters = [
            {
                "roster": roster.slug,
                "duties": {duty: [p.email for p in people] for duty, people in duties[roster.pk].items()},
            }
            for roster in Roster.objects.filter(pk__in=duties)
        ]
        return Response({"at": at.isoformat(), "rosters": rosters})
