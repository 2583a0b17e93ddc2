"""What every on-call endpoint does with what it was asked."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from accounts.api.pagination import PageQuery
from accounts.api.requests import CallerRequest
from accounts.api.serializers import PersonField
from oncall.api.fields import InstantField, RosterField
from oncall.models import Roster


class SpanQuery(PageQuery):
    """Narrows a list to what reaches into a span; either end may be left open."""

    starts_at = InstantField(required=False, help_text="What ended before is left out.")
    ends_at = InstantField(required=False, help_text="What starts later is left out.")


class RosterSpanQuery(SpanQuery):
    roster = RosterField(required=False)


class PersonSpanQuery(SpanQuery):
    person = PersonField(required=False)


def asked(request: CallerRequest, shape: type[serializers.Serializer]) -> dict[str, Any]:
    """The query, read strictly: a filter that is not known must not look applied."""
    return _valid(shape(data=request.query_params.dict()))


def given(request: CallerRequest, shape: type[serializers.Serializer], **context: Any) -> dict[str, Any]:
    """The body, read strictly."""
    return _valid(shape(data=request.data, context=context))


def reaching(rows: QuerySet, query: dict[str, Any]) -> QuerySet:
    """Those of the rows that reach into the span asked for."""
    if "starts_at" in query:
        rows = rows.filter(ends_at__gt=query["starts_at"])
    if "ends_at" in query:
        rows = rows.filter(starts_at__lt=query["ends_at"])
    return rows


def roster_called(slug: str) -> Roster:
    """The roster, with whom and what it is told with."""
    return get_object_or_404(Roster.objects.with_names(), slug=slug)


def _valid(serializer: serializers.Serializer) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
