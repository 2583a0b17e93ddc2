"""Whether every incident finds a route: which combinations fit none, and which routes never get a turn. Pure:
values that no route tells apart are judged together, so that the whole space is a few hundred questions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

# A route's conditions, one set for each dimension; an empty set holds for anything.
Conditions = tuple[frozenset, ...]
Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What routes are asked about."""

    severity: int
    harm_type: str
    region: str = ""
    language: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Combinations that fit no route: for each dimension, the values it can have."""

    values: tuple[Values, ...]


def gaps(routes: Sequence[Conditions], space: Sequence[Values]) -> list[Gap]:
    """What fits none of the routes."""
    return [Gap(cell) for cell in _cells(routes, space) if _first(routes, cell) is None]


def swallowed(routes: Sequence[Conditions], space: Sequence[Values]) -> dict[int, list[int]]:
    """Routes that never get a turn: index -> the earlier routes that take what it would match, if any do."""
    turns: set[int] = set()
    taken: dict[int, set[int]] = {index: set() for index in range(len(routes))}
    for cell in _cells(routes, space):
        fitting = [index for index, route in enumerate(routes) if _fits(route, cell)]
        turns.update(fitting[:1])
        for index in fitting[1:]:
            taken[index].add(fitting[0])
    return {index: sorted(takers) for index, takers in taken.items() if index not in turns}


def lost(before: Sequence[Conditions], after: Sequence[Conditions], space: Sequence[Values]) -> list[Gap]:
    """What had a route and would have none."""
    cells = _cells([*before, *after], space)
    return [Gap(cell) for cell in cells if _first(before, cell) is not None and _first(after, cell) is None]


def _cells(routes: Sequence[Conditions], space: Sequence[Values]) -> Iterator[tuple[Values, ...]]:
    return product(*(_alike(routes, axis, values) for axis, values in enumerate(space)))


def _alike(routes: Sequence[Conditions], axis: int, values: Values) -> list[Values]:
    """The values of one dimension, those together that no route tells apart."""
    together: dict[tuple[bool, ...], list] = {}
    for value in values:
        together.setdefault(tuple(value in route[axis] for route in routes), []).append(value)
    return [tuple(group) for group in together.values()]


def _first(routes: Sequence[Conditions], cell: tuple[Values, ...]) -> int | None:
    return next((index for index, route in enumerate(routes) if _fits(route, cell)), None)


def _fits(route: Conditions, cell: tuple[Values, ...]) -> bool:
    return all(not wanted or values[0] in wanted for wanted, values in zip(route, cell, strict=True))
