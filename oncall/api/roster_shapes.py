"""A roster as the API takes and tells it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts import languages
from accounts.api.serializers import PersonField, StrictSerializer
from accounts.models import Clearance, Site
from oncall.api.fields import DutyPersonField, InstantField, RosterField, WindowSerializer, field_errors
from oncall.coverage import MOST_ASKED, Requirement
from oncall.layers import Window
from oncall.models import Roster
from oncall.rota import Rota

MOST_SKILLS = 50


class RequirementSerializer(StrictSerializer):
    """On each duty at least `count` people with a skill, during a daily window or always."""

    skill = serializers.CharField(
        max_length=60, help_text="`language:` or `clearance:` and its code, as in `language:ru`."
    )
    count = serializers.IntegerField(default=1, min_value=1, max_value=MOST_ASKED)
    window = WindowSerializer(allow_null=True, default=None)

    def validate_skill(self, skill: str) -> str:
        kind, _colon, code = skill.partition(":")
        known = code in Clearance.Kind.values if kind == "clearance" else bool(languages.CODE.match(code))
        if kind not in ("language", "clearance") or not known:
            raise serializers.ValidationError(
                "Write language: and its two or three letters, or clearance: and one of "
                f"{', '.join(Clearance.Kind.values)}."
            )
        return skill

    def validate(self, attrs: dict) -> Any:
        window = attrs["window"] and Window(**attrs["window"])
        return Requirement(attrs["skill"], attrs["count"], window)


class RosterFields(StrictSerializer):
    """What a roster asks for. Whatever is left out stays as it is."""

    name = serializers.CharField(max_length=80, required=False)
    zone = serializers.CharField(max_length=64, required=False, help_text="An IANA zone: Europe/Dublin.")
    depth = serializers.IntegerField(
        min_value=0,
        max_value=MOST_ASKED,
        required=False,
        help_text="How many people each duty needs at once.",
    )
    owner = DutyPersonField(required=False)
    is_paged = serializers.BooleanField(required=False)
    is_manager_on_duty = serializers.BooleanField(required=False)
    fallback = RosterField(
        allow_null=True, required=False, help_text="Asked when this roster has nobody: another roster's slug."
    )
    holiday_site = serializers.ChoiceField(choices=Site.choices, allow_blank=True, required=False)
    holiday_depth = serializers.IntegerField(
        min_value=0,
        max_value=MOST_ASKED,
        allow_null=True,
        required=False,
        help_text="The depth on that site's public holidays.",
    )
    begins_at = InstantField(allow_null=True, required=False)
    ends_at = InstantField(allow_null=True, required=False)
    require = serializers.ListField(
        child=RequirementSerializer(), required=False, max_length=MOST_SKILLS, help_text="All of them anew."
    )

    def validate_zone(self, zone: str) -> str:
        with field_errors():
            Rota(zone=zone, depth=0, layers=())
        return zone

    def validate(self, attrs: dict) -> dict:
        before = self.context.get("roster")
        begins_at, ends_at = (
            attrs[name] if name in attrs else getattr(before, name, None) for name in ("begins_at", "ends_at")
        )
        if begins_at and ends_at and ends_at <= begins_at:
            raise serializers.ValidationError({"ends_at": ["The end must be after the start."]})
        if before is not None and attrs.get("fallback") == before:
            raise serializers.ValidationError({"fallback": ["A roster falls back on another one."]})
        return attrs


class NewRosterSerializer(RosterFields):
    """A roster to be. Its slug comes from its name; without an owner it is the caller's."""

    name = serializers.CharField(max_length=80)
    zone = serializers.CharField(max_length=64, help_text="An IANA zone: Europe/Dublin.")


class RosterChangeSerializer(RosterFields):
    version = serializers.IntegerField(
        min_value=0, help_text="The version this changes; another one meanwhile is a conflict."
    )


class RosterSerializer(serializers.ModelSerializer):
    owner = PersonField()
    fallback = serializers.CharField(source="fallback.slug", allow_null=True)
    begins_at = InstantField(allow_null=True)
    ends_at = InstantField(allow_null=True)
    require = serializers.SerializerMethodField()

    class Meta:
        model = Roster
        fields = (
            "slug", "name", "zone", "depth", "owner", "is_paged", "is_manager_on_duty", "fallback",
            "holiday_site", "holiday_depth", "begins_at", "ends_at", "require", "version",
        )  # fmt: skip

    @extend_schema_field(RequirementSerializer(many=True))
    def get_require(self, roster: Roster) -> list[dict]:
        rules = [skill.rule() for skill in roster.required_skills.all()]
        return list(RequirementSerializer(rules, many=True).data)
