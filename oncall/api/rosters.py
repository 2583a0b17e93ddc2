"""`/api/rosters/`: what there is to be on, and what each asks for."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import PageQuery, page, page_of
from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest
from oncall.actions import rosters
from oncall.api.asking import asked, given, roster_called
from oncall.api.roster_shapes import NewRosterSerializer, RosterChangeSerializer, RosterSerializer
from oncall.models import Roster


class Rosters(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="list_rosters", parameters=[PageQuery], responses=page_of(RosterSerializer))
    def get(self, request: CallerRequest) -> Response:
        """Every roster, by its slug."""
        asked(request, PageQuery)
        return page(request, Roster.objects.with_names(), key=("slug",), shape=RosterSerializer)

    @extend_schema(
        operation_id="create_roster", request=NewRosterSerializer, responses={201: RosterSerializer}
    )
    def post(self, request: CallerRequest) -> Response:
        """A roster without layers yet: all gap, until it has some."""
        fields = given(request, NewRosterSerializer)
        skills = fields.pop("require", ())
        fields.setdefault("owner", request.user)
        roster = rosters.create(skills=skills, by=request.user, at=request.subject.at, **fields)
        return Response(RosterSerializer(roster).data, status=201)


class RosterDetail(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="get_roster", responses=RosterSerializer)
    def get(self, request: CallerRequest, slug: str) -> Response:
        """One roster. Its `version` goes with every change to it or to its layers."""
        return Response(RosterSerializer(roster_called(slug)).data)

    @extend_schema(operation_id="change_roster", request=RosterChangeSerializer, responses=RosterSerializer)
    def patch(self, request: CallerRequest, slug: str) -> Response:
        """People whose shifts change are told. 409 if somebody changed it since `version`."""
        roster = roster_called(slug)
        fields = given(request, RosterChangeSerializer, roster=roster)
        skills = fields.pop("require", None)
        if skills is None:
            skills = [skill.rule() for skill in roster.required_skills.all()]
        rosters.change(roster=roster, skills=skills, by=request.user, at=request.subject.at, **fields)
        return Response(RosterSerializer(roster_called(slug)).data)
