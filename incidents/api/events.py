"""The doors for other people's tools: `POST /v2/enqueue` (PagerDuty Events API v2) and those beside it in
`entrances`. An accepting answer means durably kept; what is wrong is listed in the answer, and nothing half-kept."""

import base64
import binascii
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from accounts import clock, strict_json
from accounts.api.parsers import MOST_BYTES
from accounts.refusals import Refused
from incidents import validators
from incidents.actions import arrivals, calls, events
from incidents.choices import IntakeOutcome
from incidents.doors import BadEventError
from incidents.entrances import ENTRANCES, Entrance
from incidents.models import IntakeRecord, Integration

KEY_LENGTH = 32


def door(code: str) -> Callable[..., JsonResponse]:
    """The view of one entrance."""
    entrance = ENTRANCES[code]

    @csrf_exempt
    @login_not_required
    def view(request: HttpRequest, key: str = "") -> JsonResponse:
        raw = request.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            words = [f"At most {MOST_BYTES // 1024} KB."]
            return _unreadable(entrance, request, key, _refused(413, "Event is too large", words), words)
        try:
            body = strict_json.loads(raw)
            if not isinstance(body, dict):
                raise strict_json.BadJSONError("The body must be a JSON object.")
        except strict_json.BadJSONError as error:
            return _unreadable(entrance, request, key, _invalid([str(error)]), [str(error)])
        try:
            return _answer(entrance, body, key or _key_told(request, entrance, body))
        except DatabaseError:
            return _try_again(["The event could not be kept. Send it again."])

    return view


def _answer(entrance: Entrance, body: dict[str, Any], key: str) -> JsonResponse:
    """Whatever becomes of an event that shows a key of ours gets a line in its log."""
    at = clock.now()
    integration = _integration(key, at)
    if integration is None:
        named = entrance.key_field or "key"
        known = "not known here" if key else "missing"
        words = [f"{named}: {known}. Copy the key from the integration's page."]
        return (
            _invalid(words) if entrance.stranger == 400 else _refused(entrance.stranger, "Unknown key", words)
        )
    answer, line = _taken(entrance, body, integration, at)
    calls.keep(integration=integration, door=entrance.code, at=at, status=answer.status_code, **line)
    return answer


def _unreadable(
    entrance: Entrance, request: HttpRequest, key: str, answer: JsonResponse, errors: list[str]
) -> JsonResponse:
    """A line in the log of the key's integration, where the key came beside the body."""
    with suppress(DatabaseError):  # the answer is the same without one
        at = clock.now()
        integration = _integration(key or _key_told(request, entrance, {}), at)
        if integration is not None:
            calls.keep(
                integration=integration,
                door=entrance.code,
                at=at,
                status=answer.status_code,
                outcome=IntakeOutcome.INVALID,
                detail="; ".join(errors),
            )
    return answer


def _integration(key: str, at: datetime) -> Integration | None:
    return Integration.objects.for_key(key, at=at) if len(key) == KEY_LENGTH else None


def _taken(
    entrance: Entrance, body: dict[str, Any], integration: Integration, at: Any
) -> tuple[JsonResponse, dict[str, Any]]:
    """The answer, and what the log says of it."""
    try:
        validators.no_media_in(body)
        event = entrance.read(body)
        result, key = arrivals.take(event=event, integration=integration, source=entrance.source, at=at)
    except ValidationError as error:
        return _noted(_invalid(error.messages), IntakeOutcome.INVALID, error.messages)
    except BadEventError as error:
        return _noted(_invalid(error.errors), IntakeOutcome.INVALID, error.errors)
    except events.TooManyTriggersError as refusal:
        answer = _refused(entrance.busy, "Too many events", [str(refusal)])
        answer["Retry-After"] = str(refusal.retry_after)
        return _noted(answer, IntakeOutcome.TOO_MANY, [])
    except (Refused, DatabaseError) as failure:
        told = str(failure) if isinstance(failure, Refused) else "The event could not be kept. Send it again."
        return _noted(_try_again([told]), IntakeOutcome.NOT_KEPT, [told])
    body = {"status": "success", "message": "Event processed", entrance.dedup_field: key}
    report = result.reports[0] if result.reports else None
    return JsonResponse(body, status=entrance.kept), {"outcome": result.outcome, "report": report}


def _noted(
    answer: JsonResponse, outcome: IntakeOutcome, errors: list[str]
) -> tuple[JsonResponse, dict[str, Any]]:
    return answer, {"outcome": outcome, "detail": "; ".join(errors)}


def _key_told(request: HttpRequest, entrance: Entrance, body: dict[str, Any]) -> str:
    """The key from the body, or from the Authorization header; "" where there is none."""
    if entrance.key_field:
        told = body.get(entrance.key_field)
        return told if isinstance(told, str) else ""
    scheme, _, told = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return told.strip()
    return _password(told) if scheme.lower() == "basic" else ""


def _password(told: str) -> str:
    """Of basic authentication; somebody who gives the key as the name alone means it too."""
    try:
        name, _, password = base64.b64decode(told, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return ""
    return password or name


def _invalid(errors: list[str]) -> JsonResponse:
    return _refused(400, "Event object is invalid", errors)


def _try_again(errors: list[str]) -> JsonResponse:
    return _refused(503, "Not accepted", errors)


def _refused(status: int, message: str, errors: list[str]) -> JsonResponse:
    word = "invalid event" if status == 400 else "not accepted"
    return JsonResponse({"status": word, "message": message, "errors": errors}, status=status)


events_v2 = door(IntakeRecord.Door.EVENTS_V2)
events_v1 = door(IntakeRecord.Door.EVENTS_V1)
alertmanager = door(IntakeRecord.Door.ALERTMANAGER)
grafana = door(IntakeRecord.Door.GRAFANA)
notification = door(IntakeRecord.Door.NOTIFICATION)
