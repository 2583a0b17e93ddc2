"""Shapes of the incident API: what may come in, what goes out."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers

from accounts.api.serializers import OffsetDateTimeField, StrictSerializer
from accounts.codes import as_written
from incidents import titles, validators
from incidents.choices import DeclineReason, Mode, Region, Severity, StageName
from incidents.forms.report import MOST_CONTENT_ROWS
from incidents.models import Incident, Report
from incidents.severity import HIGHEST_INPUT, WEIGHTS
from incidents.taxonomy import HARM_TYPES
from incidents.words import reasons


def no_media(text: str) -> None:
    try:
        validators.no_media(text)
    except DjangoValidationError as error:
        raise serializers.ValidationError(error.messages) from None


def link(text: str) -> None:
    try:
        validators.link(text)
    except DjangoValidationError as error:
        raise serializers.ValidationError(error.messages) from None


class TitleField(serializers.CharField):
    """One line that can be read; what cannot is not there, so that a title of it alone is blank."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(titles.readable(data) if isinstance(data, str) else data)


class ContentSerializer(StrictSerializer):
    platform_id = serializers.CharField(max_length=200, required=False, validators=[no_media])
    url = serializers.CharField(max_length=2000, required=False, validators=[no_media, link])

    def validate(self, attrs: dict) -> dict:
        if len(attrs) != 1:
            raise serializers.ValidationError("Give either platform_id or url.")
        return attrs


class InputsSerializer(StrictSerializer):
    G, I, R, V, U, X = (  # noqa: E741  the rubric's own letters
        serializers.IntegerField(min_value=0, max_value=HIGHEST_INPUT, required=False) for _ in WEIGHTS
    )


class NewReportSerializer(StrictSerializer):
    title = TitleField(max_length=200, validators=[no_media])
    harm_type = serializers.ChoiceField(choices=list(HARM_TYPES))
    description = serializers.CharField(
        max_length=20_000, required=False, allow_blank=True, validators=[no_media]
    )
    region = serializers.ChoiceField(choices=Region.values, required=False, allow_blank=True)
    language = serializers.RegexField(r"^[a-z]{2,3}\Z", required=False, allow_blank=True)
    severity_inputs = InputsSerializer(required=False)
    content = serializers.ListField(child=ContentSerializer(), required=False, max_length=MOST_CONTENT_ROWS)
    deadline_at = OffsetDateTimeField(required=False, allow_null=True)
    deadline_words = serializers.CharField(max_length=200, required=False, allow_blank=True)
    mode = serializers.ChoiceField(choices=Mode.choices, required=False)


STATES = ["waiting", "taken_up", "ended"]


class ReceiptSerializer(serializers.Serializer):
    """The answer to a report. `incident` is its code only where the caller may see it."""

    report = serializers.CharField(source="number")
    incident = serializers.SerializerMethodField()
    severity = serializers.CharField(source="get_severity_display")
    explanation = serializers.SerializerMethodField()
    received_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=STATES)

    def get_incident(self, report: Report) -> str | None:
        visible = Incident.objects.visible_to(self.context["subject"]).filter(pk=report.incident_id)
        return visible.values_list("code", flat=True).first()

    def get_explanation(self, report: Report) -> list[str]:
        return reasons(report.explanation)


class IncidentSerializer(serializers.ModelSerializer):
    severity = serializers.CharField(source="get_severity_display")
    explanation = serializers.SerializerMethodField()
    acknowledged_by = serializers.SerializerMethodField()
    incident_manager = serializers.SerializerMethodField()

    class Meta:
        model = Incident
        fields = (
            "code",
            "title",
            "harm_type",
            "severity",
            "score",
            "explanation",
            "stage",
            "mode",
            "region",
            "language",
            "deadline_at",
            "declared_at",
            "acknowledged_at",
            "acknowledged_by",
            "accepted_at",
            "incident_manager",
            "ended_at",
        )

    def get_explanation(self, incident: Incident) -> list[str]:
        return reasons(incident.explanation)

    def get_acknowledged_by(self, incident: Incident) -> str | None:
        return incident.acknowledged_by.name if incident.acknowledged_by else None

    def get_incident_manager(self, incident: Incident) -> str | None:
        return incident.incident_manager.name if incident.incident_manager else None


class AcknowledgedSerializer(IncidentSerializer):
    """An incident after it was acknowledged; `won` says whether this call counted."""

    won = serializers.BooleanField()

    class Meta:
        model = Incident
        fields = ("won", *IncidentSerializer.Meta.fields)


class DeclineSerializer(StrictSerializer):
    reason = serializers.ChoiceField(choices=DeclineReason.choices)


class MergeSerializer(StrictSerializer):
    into = serializers.CharField(max_length=40)

    def validate_into(self, code: str) -> str:
        return as_written(code)


class FiltersSerializer(StrictSerializer):
    """What a list may be narrowed by. A filter we do not know must not look applied."""

    stage = serializers.ChoiceField(choices=StageName.values, required=False)
    severity = serializers.ChoiceField(choices=Severity.names, required=False)
    harm_type = serializers.ChoiceField(choices=list(HARM_TYPES), required=False)
    mode = serializers.ChoiceField(choices=Mode.values, required=False)
    cursor = serializers.CharField(required=False)

    def validate_severity(self, label: str) -> int:
        return Severity[label]
