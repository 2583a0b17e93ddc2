"""`/api/schema/`: the API described as OpenAPI 3, from the code that answers."""

import re
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest
from accounts.roles import PERMISSIONS
from config.access import ACCESS

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


class ApiSchema(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="get_schema", responses={(200, "application/json"): dict[str, Any]})
    def get(self, request: CallerRequest) -> Response:
        """This description. `x-roles` names the roles of which one is needed; without it any token will do."""
        return Response(schema())


@cache
def schema() -> dict[str, Any]:
    """The same for every caller, so made once in a process; in English, whoever asks first."""
    with translation.override("en"):
        return SchemaGenerator().get_schema(request=None, public=True)


def say_who_may(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A hook of the generator: what the access table asks of each operation is told with it."""
    named = {PARAMETER.sub(r"{\1}", path): name for path, name in _routes("/", get_resolver())}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            if needed := ACCESS[named[path]].asks(method.upper()):
                operation["x-roles"] = sorted(role for role, gives in PERMISSIONS.items() if needed in gives)
    return result


def _routes(prefix: str, resolver: URLResolver):
    """Every route below as (its path, its name)."""
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield path, entry.name
        else:
            yield from _routes(path, entry)
