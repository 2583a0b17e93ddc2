"""The API for people to read: the schema once more, as one plain page."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join

from accounts.requests import PersonRequest
from accounts.roles import Role
from config.api_schema import schema

DEEPEST = 4  # what lies further inside is named and not laid out


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a body, an answer or an address; inside an object it has the object's name before it."""

    name: str
    kind: str
    is_needed: bool
    words: str


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    title: str
    words: str
    roles: list[Any]  # their names, translated when they are shown
    asked: list[Field]
    body: list[Field]
    answer: list[Field]
    status: str


def reference(request: PersonRequest) -> HttpResponse:
    """Every operation, by what it is about."""
    groups = [
        (name, list(those))
        for name, those in groupby(operations(), key=lambda it: it.path.removeprefix("/api").split("/")[1])
    ]
    context = {"groups": groups, "words": _with_codes(schema()["info"]["description"])}
    return render(request, "reference/reference.html", context)


@cache
def operations() -> list[Operation]:
    return [
        _operation(path, method, told)
        for path, methods in schema()["paths"].items()
        for method, told in methods.items()
    ]


def _operation(path: str, method: str, told: dict[str, Any]) -> Operation:
    status = min(told["responses"])  # the shape of what went well is one, whatever its number
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        title=told["summary"],
        words=_with_codes(told.get("description", "")),
        roles=[Role(role).label for role in told.get("x-roles", [])],
        asked=[
            Field(it["name"], _kind(it["schema"]), it.get("required", False), _about(it))
            for it in told.get("parameters", [])
        ],
        body=_content(told.get("requestBody", {})),
        answer=_content(told["responses"][status]),
        status=status,
    )


def _content(holder: dict[str, Any]) -> list[Field]:
    shapes = [media["schema"] for media in holder.get("content", {}).values()]
    return list(_fields(shapes[0], "", DEEPEST)) if shapes else []


def _fields(shape: dict[str, Any], prefix: str, depth: int) -> Iterator[Field]:
    """The fields of an object, or of what a list holds, each followed by those inside it."""
    shape = _resolved(shape)
    if "items" in shape:
        yield from _fields(shape["items"], f"{prefix}[]", depth)
    for name, inner in shape.get("properties", {}).items():
        path = f"{prefix}.{name}" if prefix else name
        yield Field(path, _kind(inner), name in shape.get("required", []), _about(_resolved(inner)))
        if depth:
            yield from _fields(inner, path, depth - 1)


def _about(shape: dict[str, Any]) -> str:
    return _with_codes(shape.get("description", ""))


def _with_codes(words: str) -> str:
    """As HTML, with what stands between backticks as code."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<code>{}</code>", it) if place % 2 else it,)
            for place, it in enumerate(words.split("`"))
        ),
    )


def _kind(shape: dict[str, Any]) -> str:
    """What a value is, in a word or its possible values."""
    shape = _resolved(shape)
    if "enum" in shape:
        return " | ".join(str(value) if value != "" else '""' for value in shape["enum"])
    if "oneOf" in shape:
        kind = " | ".join(_kind(one) for one in shape["oneOf"])
    elif shape.get("type") == "array":
        kind = f"list of {_kind(shape['items'])}"
    else:
        kind = shape.get("format") or shape.get("type", "anything")
    return f"{kind} | null" if shape.get("nullable") else kind


def _resolved(shape: dict[str, Any]) -> dict[str, Any]:
    """The shape itself where it only refers to one; what is said beside the reference stays."""
    while True:
        [*refs] = [it["$ref"] for it in (shape, *shape.get("allOf", [])) if "$ref" in it]
        if not refs:
            return shape
        named = schema()["components"]["schemas"][refs[0].rpartition("/")[2]]
        beside = {name: value for name, value in shape.items() if name not in ("$ref", "allOf")}
        shape = {**named, **beside}
