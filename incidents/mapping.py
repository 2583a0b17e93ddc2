"""Mapping rules: what an integration's events mean, beside what they say of themselves. Pure.

A rule has a `path` into the event as it was sent (`payload.custom_details.team`), or into one of its alerts
(`labels.team`), and the `value` that has to stand there. The first rule that holds counts, and no other.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeVar


class Rule(Protocol):
    @property
    def path(self) -> str: ...
    @property
    def value(self) -> str: ...


R = TypeVar("R", bound=Rule)


def first(rules: Iterable[R], *places: dict[str, Any]) -> R | None:
    """The first rule that holds in any of the places."""
    return next((rule for rule in rules if any(holds(rule, place) for place in places)), None)


def holds(rule: Rule, place: dict[str, Any]) -> bool:
    """Capital letters and spaces around it make no difference; in a list, any of its items may be the one."""
    wanted = _plain(rule.value)
    return any(_plain(found) == wanted for found in at(place, rule.path.split(".")))


def at(place: Any, names: list[str]) -> Iterator[str]:
    """The texts at the end of a path. A name may hold dots itself, as labels do: then it is tried as a whole."""
    if isinstance(place, list):
        for item in place:
            yield from at(item, names)
    elif not names:
        if (text := _text(place)) is not None:
            yield text
    elif isinstance(place, dict):
        for taken in range(1, len(names) + 1):
            name = ".".join(names[:taken])
            if name in place:
                yield from at(place[name], names[taken:])


def _text(value: Any) -> str | None:
    """A value as somebody would write it into a rule."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return value if isinstance(value, str) else None


def _plain(text: str) -> str:
    return text.strip().casefold()
