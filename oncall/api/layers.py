"""`/api/rosters/<slug>/layers/`: its rotations, version by version. Edits open a new version; none is rewritten."""

from typing import Any

from django.db.models import Prefetch
from django.db.models.functions import Lower
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import PageQuery, page, page_of
from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest
from accounts.api.serializers import StrictSerializer
from accounts.models import User
from oncall import people, rota
from oncall.actions import layers
from oncall.api.asking import asked, given, roster_called
from oncall.api.fields import ClockField, DayField, InstantField, WindowSerializer, field_errors
from oncall.files import WEEKDAYS
from oncall.layers import LONGEST_TURN, MOST_PEOPLE
from oncall.models import DutyName, Layer, Participant, TurnUnit


class TurnSerializer(StrictSerializer):
    """How long one group keeps the duty."""

    n = serializers.IntegerField(min_value=1, max_value=LONGEST_TURN)
    unit = serializers.ChoiceField(choices=TurnUnit.choices)


class LayerFields(StrictSerializer):
    """One rotation, as a roster file writes it."""

    name = serializers.CharField(max_length=80)
    rank = serializers.IntegerField(
        min_value=0, max_value=1000, default=1, help_text="A higher rank covers a lower one."
    )
    duty = serializers.ChoiceField(choices=DutyName.choices, default=DutyName.PRIMARY)
    anchor_on = DayField(help_text="The local date of turn 0.")
    handoff_time = ClockField()
    turn = TurnSerializer()
    working_days = serializers.ListField(
        child=serializers.ChoiceField(choices=WEEKDAYS),
        allow_null=True,
        default=None,
        max_length=7,
        help_text="null: every day.",
    )
    window = WindowSerializer(allow_null=True, default=None)
    ends_on = DayField(allow_null=True, default=None, help_text="The local date whose handoff ends it.")


class NewLayerSerializer(LayerFields):
    participants = serializers.ListField(
        child=serializers.ListField(
            child=serializers.CharField(max_length=254), min_length=1, max_length=MOST_PEOPLE
        ),
        min_length=1,
        max_length=MOST_PEOPLE,
        help_text="Groups in the order of their turns, each of people by their addresses; a group is on duty together.",
    )

    def validate_participants(self, groups: list[list[str]]) -> tuple[tuple[int, ...], ...]:
        named = {address.strip().lower() for group in groups for address in group}
        if len(named) > MOST_PEOPLE:
            raise serializers.ValidationError(f"A layer holds at most {MOST_PEOPLE:,} people.")
        found = User.objects.annotate(address=Lower("email")).filter(address__in=named)
        known = dict(found.values_list("address", "pk"))
        if missing := sorted(named - known.keys()):
            raise serializers.ValidationError(f"Nobody here has the address {', '.join(missing[:10])}.")
        if barred := people.barred(known.values()):
            names = ", ".join(person.name for person in barred)
            raise serializers.ValidationError(f"The roles of {names} do not open On duty.")
        return tuple(tuple(known[address.strip().lower()] for address in group) for group in groups)

    def validate(self, attrs: dict) -> Any:
        days, window = attrs.pop("working_days"), attrs.pop("window")
        with field_errors(groups="participants"):
            return rota.Layer(
                turn=rota.Turn(**attrs.pop("turn")),
                working_days=None if days is None else frozenset(map(WEEKDAYS.index, days)),
                window=window and rota.Window(**window),
                groups=attrs.pop("participants"),
                **attrs,
            )


class PutLayerSerializer(StrictSerializer):
    version = serializers.IntegerField(min_value=0, help_text="Of the roster.")
    layer = NewLayerSerializer()
    replaces = serializers.CharField(
        max_length=80,
        required=False,
        help_text="The name of the layer it stands in place of; none: a new one.",
    )
    since = InstantField(
        allow_null=True, required=False, help_text="In force from then on; now, if not said."
    )


class EndLayerSerializer(StrictSerializer):
    version = serializers.IntegerField(min_value=0, help_text="Of the roster.")
    name = serializers.CharField(max_length=80)
    since = InstantField(allow_null=True, required=False, help_text="It ends then; now, if not said.")


class LayerSerializer(serializers.ModelSerializer):
    """One version of a layer, in force from `effective_from` until `effective_until`."""

    handoff_time = ClockField()
    turn = serializers.SerializerMethodField()
    working_days = serializers.SerializerMethodField()
    window = serializers.SerializerMethodField()
    participants = serializers.SerializerMethodField()
    effective_from = InstantField(allow_null=True)
    effective_until = InstantField(allow_null=True)

    class Meta:
        model = Layer
        fields = (
            "name", "rank", "duty", "anchor_on", "handoff_time", "turn", "working_days", "window", "ends_on",
            "participants", "effective_from", "effective_until",
        )  # fmt: skip

    @extend_schema_field(TurnSerializer)
    def get_turn(self, layer: Layer) -> dict:
        return {"n": layer.turn_n, "unit": layer.turn_unit}

    def get_working_days(self, layer: Layer) -> list[str] | None:
        return None if layer.working_days is None else [WEEKDAYS[day] for day in layer.working_days]

    @extend_schema_field(WindowSerializer(allow_null=True))
    def get_window(self, layer: Layer) -> dict | None:
        if layer.window_start is None:
            return None
        return WindowSerializer({"start": layer.window_start, "end": layer.window_end}).data

    @extend_schema_field(serializers.ListField(child=serializers.ListField(child=serializers.EmailField())))
    def get_participants(self, layer: Layer) -> list[list[str]]:
        groups: dict[int, list[str]] = {}
        for place in layer.participants.all():
            groups.setdefault(place.group, []).append(place.person.email)
        return list(groups.values())


class Layers(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="list_layers", parameters=[PageQuery], responses=page_of(LayerSerializer))
    def get(self, request: CallerRequest, slug: str) -> Response:
        """Every version of every layer, the latest first."""
        asked(request, PageQuery)
        return page(request, _told(roster_called(slug).layers), key=("-pk",), shape=LayerSerializer)

    @extend_schema(operation_id="put_layer", request=PutLayerSerializer, responses={201: LayerSerializer})
    def post(self, request: CallerRequest, slug: str) -> Response:
        """A new layer, or a new version in place of the one it replaces. The past stays what it was; people whose
        shifts change are told. 409 if somebody changed the roster since `version`."""
        roster = roster_called(slug)
        fields = given(request, PutLayerSerializer)
        row = layers.put(roster=roster, by=request.user, at=request.subject.at, **fields)
        return Response(LayerSerializer(_told(roster.layers).get(pk=row.pk)).data, status=201)


class EndLayer(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="end_layer", request=EndLayerSerializer, responses={204: None})
    def post(self, request: CallerRequest, slug: str) -> Response:
        """It gives no shifts any more. 409 if somebody changed the roster since `version`."""
        fields = given(request, EndLayerSerializer)
        layers.end(roster=roster_called(slug), by=request.user, at=request.subject.at, **fields)
        return Response(status=204)


def _told(layers):
    """Layers with everything they are told with."""
    people = Participant.objects.select_related("person")
    return layers.prefetch_related(Prefetch("participants", people))
