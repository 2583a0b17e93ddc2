"""Half-open spans of time and what can be done with them: join, intersect, take away.

A span is (starts_at, ends_at), both comparable; nothing here knows what happens in it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Protocol, TypeVar

Span = tuple[datetime, datetime]


class Spanned(Protocol):
    """Anything that lasts from an instant to another."""

    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...


It = TypeVar("It", bound=Spanned)


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time as `spans` in order, without overlaps, touching or empty spans."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        elif start < end:
            joined.append((start, end))
    return joined


def overlap(spans: list[Span], span: Span) -> Iterator[Span]:
    """The parts of `spans` (a union) that lie within `span`, in order."""
    start, end = span
    # The one before the place `span` would be sorted into may still reach into it.
    for index in range(max(bisect_left(spans, span) - 1, 0), len(spans)):
        begin, until = spans[index]
        if begin >= end:
            return
        if until > start:
            yield max(begin, start), min(until, end)


def minus(span: Span, holes: list[Span]) -> Iterator[Span]:
    """What is left of `span` after taking away `holes` (a union), in order."""
    start, end = span
    for begin, until in overlap(holes, span):
        if start < begin:
            yield start, begin
        start = until
    if start < end:
        yield start, end


def stacked(items: Iterable[It], span: Span) -> Iterator[tuple[datetime, datetime, list[It]]]:
    """The whole of `span` in order, cut wherever an item begins or ends, with the items that last there: none, too."""
    waiting = sorted(items, key=lambda it: it.starts_at, reverse=True)
    edges = {edge for it in waiting for edge in (it.starts_at, it.ends_at)} | set(span)
    going: list[It] = []
    for start, end in pairwise(sorted(edge for edge in edges if span[0] <= edge <= span[1])):
        while waiting and waiting[-1].starts_at <= start:
            going.append(waiting.pop())
        going = [it for it in going if it.ends_at > start]
        yield start, end, list(going)
