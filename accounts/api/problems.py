"""One shape for everything that goes wrong in the API: problem JSON (RFC 9457)."""

from http import HTTPStatus

from django.http import Http404
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.refusals import Refused


class Conflict(APIException):
    status_code = 409
    default_code = "conflict"


def problem_response(error: Exception, context: dict) -> Response | None:
    """`{"type", "title", "status", "detail"}`, `errors` by field where fields were wrong, and what else a
    refusal tells a machine."""
    more = error.told() if isinstance(error, Refused) else {}
    if isinstance(error, Http404):
        error = NotFound("There is nothing here, or it is not for you.")
    elif isinstance(error, Refused):
        error = Conflict(str(error))
    response = exception_handler(error, context)
    if response is None:
        return None
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(response.status_code).phrase,
        "status": response.status_code,
    }
    if isinstance(error, ValidationError):
        problem |= {"detail": "Some fields are not right.", "errors": response.data}
    else:
        problem["detail"] = str(getattr(error, "detail", error))
    response.data = problem | more
    response.content_type = "application/problem+json"
    return response
