"""JSON from strangers. Everything that Python's parser lets through and Postgres, or a reader, would choke
on later is refused here, with a sentence: NUL bytes, lone surrogates, NaN, deep nesting, huge numbers, and a key that
is there twice, of which one reader takes the first and another the last."""

import json
import math
from typing import Any, NoReturn

# Of a key that is named in the answer, so many characters.
MOST_NAMED = 80


class BadJSONError(ValueError):
    """The text is not JSON we take; the message says why."""


def loads(raw: bytes) -> Any:
    """Parse UTF-8 JSON. Raises `BadJSONError` with a sentence fit to show the sender."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise BadJSONError("The body is not UTF-8.") from None
    try:
        value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_each_once)
    except RecursionError:
        raise BadJSONError("The body is nested too deeply.") from None
    except BadJSONError:
        raise
    except json.JSONDecodeError as error:
        raise BadJSONError(f"The body is not valid JSON: {error}.") from None
    except ValueError:
        raise BadJSONError("A number is too large.") from None
    _check(value)
    return value


def _no_constant(name: str) -> NoReturn:
    raise BadJSONError(f"{name} is not a JSON number.")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            named = json.dumps(key)  # in ASCII, whatever it holds
            raise BadJSONError(f"The key {named[:MOST_NAMED]} is there more than once in one object.")
        found[key] = value
    return found


def _check(value: Any, most_levels: int = 64) -> None:
    """Walk without recursion; `most_levels` also keeps later, recursive readers safe."""
    pending = [(value, 0)]
    while pending:
        item, level = pending.pop()
        if level > most_levels:
            raise BadJSONError(f"The body is nested more than {most_levels} levels deep.")
        if isinstance(item, str):
            _check_text(item)
        elif isinstance(item, float) and not math.isfinite(item):
            raise BadJSONError("A number is too large.")
        elif isinstance(item, dict):
            for key in item:
                _check_text(key)
            pending.extend((child, level + 1) for child in item.values())
        elif isinstance(item, list):
            pending.extend((child, level + 1) for child in item)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise BadJSONError("The body contains a NUL character.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadJSONError("The body contains half of a surrogate pair.") from None
