"""`POST /v2/enqueue`: the PagerDuty Events API v2, so that tools which already speak it need no change.
202 means durably kept; anything wrong is 4xx with a list of what, and nothing half-kept."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers

from accounts import clock, strict_json
from accounts.api.parsers import MOST_BYTES
from accounts.refusals import Refused
from incidents import titles
from incidents.actions import events
from incidents.actions.submission import Submission
from incidents.api.serializers import no_media
from incidents.choices import Source
from incidents.models import Integration
from incidents.taxonomy import HARM_TYPES

# What an event calls its severity, and the incident severity it asks for at least.
LEAST_SEVERITY = {"critical": 1, "error": 2, "warning": 3, "info": 4}
KNOWN = {"routing_key", "event_action", "dedup_key"}


class PayloadSerializer(serializers.Serializer):
    summary = serializers.CharField(max_length=1024, validators=[no_media])
    source = serializers.CharField(max_length=1024)  # type: ignore[assignment]  # the contract's own name
    severity = serializers.ChoiceField(choices=list(LEAST_SEVERITY))


class EventSerializer(serializers.Serializer):
    routing_key = serializers.CharField(min_length=32, max_length=32)
    event_action = serializers.ChoiceField(choices=["trigger", "acknowledge", "resolve"])
    dedup_key = serializers.CharField(max_length=255, required=False, allow_blank=True, allow_null=True)

    def validate(self, attrs: dict) -> dict:
        if attrs["event_action"] == "trigger":
            payload = PayloadSerializer(data=self.initial_data.get("payload") or {})
            if not payload.is_valid():
                raise serializers.ValidationError({"payload": payload.errors})
            attrs["payload"] = payload.validated_data
            attrs["harm_type"] = _named_harm_type(self.initial_data["payload"].get("custom_details"))
        elif not attrs.get("dedup_key"):
            raise serializers.ValidationError({"dedup_key": ["Required to acknowledge or resolve."]})
        return attrs


def _named_harm_type(details: Any) -> str | None:
    """The harm type an event names for itself, if it does."""
    named = details.get("harm_type") if isinstance(details, dict) else None
    if named is not None and (not isinstance(named, str) or named not in HARM_TYPES):
        raise serializers.ValidationError(
            {"custom_details": {"harm_type": [f"Unknown. Use one of {', '.join(HARM_TYPES)}."]}}
        )
    return named


@csrf_exempt
@login_not_required
def enqueue(request: HttpRequest) -> JsonResponse:
    raw = request.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        return _refused(413, "Event is too large", [f"At most {MOST_BYTES // 1024} KB."])
    try:
        body = strict_json.loads(raw)
        no_media(raw.decode())
    except strict_json.BadJSONError as error:
        return _invalid([str(error)])
    except serializers.ValidationError as error:
        return _invalid(_flat(error.detail))
    if not isinstance(body, dict):
        return _invalid(["The body must be a JSON object."])
    event = EventSerializer(data=body)
    if not event.is_valid():
        return _invalid(_flat(event.errors))
    try:
        return _accept(event.validated_data, body)
    except DatabaseError:
        return _refused(503, "Not accepted", ["The event could not be kept. Send it again."])


def _accept(event: dict, body: dict) -> JsonResponse:
    at = clock.now()
    integration = Integration.objects.for_key(event["routing_key"], at=at)
    if integration is None:
        return _invalid(["routing_key: not known here. Copy the key from the integration's page."])
    dedup_key = event.get("dedup_key") or uuid.uuid4().hex
    try:
        if event["event_action"] == "trigger":
            events.trigger(
                submission=_submission(integration, dedup_key, event, body), integration=integration, at=at
            )
        elif event["event_action"] == "acknowledge":
            events.acknowledge(integration=integration, dedup_key=dedup_key, at=at)
        else:
            events.resolve(integration=integration, dedup_key=dedup_key, at=at)
    except events.TooManyTriggersError as refusal:
        response = _refused(429, "Too many events", [str(refusal)])
        response["Retry-After"] = str(refusal.retry_after)
        return response
    except Refused as refusal:
        return _refused(503, "Not accepted", [str(refusal)])
    return JsonResponse(
        {"status": "success", "message": "Event processed", "dedup_key": dedup_key}, status=202
    )


def _submission(integration: Integration, dedup_key: str, event: dict, body: dict) -> Submission:
    payload = event["payload"]
    return Submission(
        source=Source.EVENTS,
        principal=integration.principal,
        integration=integration,
        dedup_key=dedup_key,
        # What is in no words is reported all the same: a machine that means harm is worth a look.
        title=titles.readable(payload["summary"])
        or _("%(name)s sent an event without a readable summary") % {"name": integration.name},
        harm_type=event["harm_type"] or integration.harm_type,
        region=integration.region,
        language=integration.language,
        mode=integration.mode,
        least_severity=LEAST_SEVERITY[payload["severity"]],
        raw={name: value for name, value in body.items() if name not in KNOWN},
    )


def _invalid(errors: list[str]) -> JsonResponse:
    return _refused(400, "Event object is invalid", errors)


def _refused(status: int, message: str, errors: list[str]) -> JsonResponse:
    word = "invalid event" if status == 400 else "not accepted"
    return JsonResponse({"status": word, "message": message, "errors": errors}, status=status)


def _flat(detail: Any, prefix: str = "") -> list[str]:
    """Serializer errors as one list of `field: sentence`."""
    if isinstance(detail, dict):
        return [line for name, inner in detail.items() for line in _flat(inner, f"{prefix}{name}.")]
    if isinstance(detail, list):
        return [line for inner in detail for line in _flat(inner, prefix)]
    name = prefix.removesuffix(".").replace("non_field_errors", "event")
    return [f"{name}: {detail}" if name else str(detail)]
