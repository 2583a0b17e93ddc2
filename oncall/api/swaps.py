"""`/api/swaps/`: shifts offered to colleagues. Nothing changes hands without the other's word."""

from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import page, page_of
from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest, nothing_asked
from accounts.api.serializers import PersonField, StrictSerializer
from oncall.actions import swaps
from oncall.api.asking import RosterSpanQuery, asked, given, reaching
from oncall.api.fields import DutyPersonField, InstantField, RosterField, SpanSerializer
from oncall.models import Swap

MOST_PARTS = 20


class SwapQuery(RosterSpanQuery):
    state = serializers.ChoiceField(choices=Swap.State.choices, required=False)
    bundle = serializers.UUIDField(required=False)


class PartSerializer(SpanSerializer):
    """A shift, or part of one."""

    roster = RosterField()


class NewSwapSerializer(StrictSerializer):
    to = DutyPersonField(
        allow_null=True, default=None, help_text="Who is asked; null: open to everybody who is not you."
    )
    give = serializers.ListField(
        child=PartSerializer(), min_length=1, max_length=MOST_PARTS, help_text="What you would give."
    )
    in_return = serializers.ListField(
        child=PartSerializer(), default=list, max_length=MOST_PARTS, help_text="What you would take for it."
    )
    note = serializers.CharField(max_length=300, allow_blank=True, default="")

    def validate(self, attrs: dict) -> dict:
        if attrs["in_return"] and attrs["to"] is None:
            raise serializers.ValidationError({"to": ["Say whose shift you want in return."]})
        return attrs


class AcceptSwapSerializer(StrictSerializer):
    acknowledge = serializers.BooleanField(
        default=False, help_text="Take it although something speaks against it: a 409 told you what."
    )


class SwapSerializer(serializers.ModelSerializer):
    """One part of an offer; those of one `bundle` are accepted together or not at all."""

    roster = serializers.CharField(source="roster.slug")
    giver = PersonField()
    taker = PersonField(allow_null=True)
    starts_at = InstantField()
    ends_at = InstantField()
    acknowledged = serializers.ListField(child=serializers.CharField())
    offered_at = InstantField()
    offered_by = PersonField()
    settled_at = InstantField(allow_null=True)

    class Meta:
        model = Swap
        fields = (
            "id", "bundle", "roster", "giver", "taker", "starts_at", "ends_at", "state", "note", "acknowledged",
            "offered_at", "offered_by", "settled_at",
        )  # fmt: skip


class Swaps(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="list_swaps", parameters=[SwapQuery], responses=page_of(SwapSerializer))
    def get(self, request: CallerRequest) -> Response:
        """Yours, and what is open to anybody; all of them for a roster admin. The latest offer first."""
        query = asked(request, SwapQuery)
        exact = {name: query[name] for name in ("roster", "state", "bundle") if name in query}
        rows = reaching(Swap.objects.visible_to(request.subject).with_names(), query).filter(**exact)
        return page(request, rows, key=("-offered_at", "-pk"), shape=SwapSerializer)

    @extend_schema(
        operation_id="offer_swap", request=NewSwapSerializer, responses={201: SwapSerializer(many=True)}
    )
    def post(self, request: CallerRequest) -> Response:
        """Offer shifts of your own. Whoever is asked is told; until they accept, nothing changes."""
        fields = given(request, NewSwapSerializer)
        me, other = request.user, fields["to"]
        parts = [swaps.Part(giver=me, taker=other, **part) for part in fields["give"]]
        parts += [swaps.Part(giver=other, taker=me, **part) for part in fields["in_return"]]
        made = swaps.offer(parts=parts, note=fields["note"], by=me, at=request.subject.at)
        return Response(SwapSerializer(made, many=True).data, status=201)


class AcceptSwap(APIView):
    permission_classes = (Holds,)

    @extend_schema(
        operation_id="accept_swap", request=AcceptSwapSerializer, responses=SwapSerializer(many=True)
    )
    def post(self, request: CallerRequest, bundle: UUID) -> Response:
        """Every part changes hands, or none. The first wins: 409 for whoever comes second, and with `objections` when
        something speaks against it."""
        _require_offer(bundle)
        anyway = given(request, AcceptSwapSerializer)["acknowledge"]
        done = swaps.accept(bundle=bundle, acknowledged=anyway, by=request.user, at=request.subject.at)
        return Response(SwapSerializer(done, many=True).data)


class SettleSwap(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="settle_swap", request=None, responses=SwapSerializer(many=True))
    def post(self, request: CallerRequest, bundle: UUID) -> Response:
        """Take your own offer back, or decline one made to you."""
        _require_offer(bundle)
        nothing_asked(request)
        done = swaps.settle(bundle=bundle, by=request.user, at=request.subject.at)
        return Response(SwapSerializer(done, many=True).data)


def _require_offer(bundle: UUID) -> None:
    """404 for one that never was. Whoever knows its id was told of it: somebody took it first is an answer to them."""
    if not Swap.objects.filter(bundle=bundle).exists():
        raise Http404
