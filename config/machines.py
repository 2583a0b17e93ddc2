"""How machines are answered when a route refuses before any view is asked: problem JSON, never a page."""

from http import HTTPStatus

from django.http import HttpRequest, JsonResponse

FOR_MACHINES = ("/api/", "/v2/", "/events/", "/generic/", "/intake/", "/metrics")


def is_for_machines(request: HttpRequest) -> bool:
    return request.path.startswith(FOR_MACHINES)


def problem_json(status: int, detail: str) -> JsonResponse:
    problem = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JsonResponse(problem, status=status, content_type="application/problem+json")
