"""Lists that grow are told in pages, each found by the key of the last row before it: the hundredth costs what the
first did, and a row that is added meanwhile moves no other onto two pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.api.requests import CallerRequest
from accounts.api.serializers import StrictSerializer

PAGE = 100


class PageQuery(StrictSerializer):
    """What every list may be asked."""

    cursor = serializers.CharField(
        required=False, help_text="Where the page begins: follow `next` instead of writing it yourself."
    )


def page(
    request: CallerRequest,
    rows: QuerySet,
    *,
    key: Sequence[str],
    shape: type[serializers.BaseSerializer],
    context: dict[str, Any] | None = None,
) -> Response:
    """One page of `rows` in the order of `key` (fields, with a minus for descending; together they tell every row
    from every other), and the address of the next: null after the last. ValidationError for a cursor of another
    list's."""
    signer = Signer(salt=f"cursor:{request.path}")
    if cursor := request.query_params.get("cursor"):
        rows = rows.filter(_beyond(key, _read(signer, cursor)))
    found = list(rows.order_by(*key)[: PAGE + 1])
    further = None
    if len(found) > PAGE:
        last = [_plain(getattr(found[PAGE - 1], name.lstrip("-"))) for name in key]
        further = replace_query_param(request.build_absolute_uri(), "cursor", signer.sign_object(last))
    results = shape(found[:PAGE], many=True, context=context or {}).data
    return Response({"next": further, "results": results})


def page_of(shape: type[serializers.BaseSerializer]) -> serializers.Serializer:
    """A page as the schema describes it."""
    fields = {"next": serializers.URLField(allow_null=True), "results": shape(many=True)}
    return inline_serializer(f"{shape.__name__.removesuffix('Serializer')}Page", fields)


def _read(signer: Signer, cursor: str) -> list:
    try:
        return signer.unsign_object(cursor)
    except BadSignature:
        raise ValidationError(
            {"cursor": ["This is no page of this list. Begin without a cursor, and follow `next`."]}
        ) from None


def _beyond(key: Sequence[str], last: list) -> Q:
    """Everything after the row with the key `last`."""
    after, alike = Q(), Q()
    for name, value in zip(key, last, strict=True):
        field, direction = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        after |= alike & Q(**{f"{field}__{direction}": value})
        alike &= Q(**{field: value})
    return after


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)
