"""The algebra of half-open spans, on whole numbers."""

import pytest

from oncall.spans import minus, overlap, union


@pytest.mark.parametrize(
    ("spans", "joined"),
    [
        ([], []),
        ([(1, 2), (2, 3)], [(1, 3)]),  # touching is one
        ([(4, 5), (1, 2)], [(1, 2), (4, 5)]),
        ([(1, 9), (2, 3), (4, 5)], [(1, 9)]),  # the longer outlasts those inside it
        ([(1, 1), (3, 2)], []),  # empty or backwards is no time at all
    ],
)
def test_a_union_is_the_same_time_in_order(spans, joined):
    assert union(spans) == joined


@pytest.mark.parametrize(
    ("span", "inside", "outside"),
    [
        ((0, 9), [(1, 3), (5, 7)], [(0, 1), (3, 5), (7, 9)]),
        ((2, 6), [(2, 3), (5, 6)], [(3, 5)]),
        ((1, 3), [(1, 3)], []),
        ((3, 5), [], [(3, 5)]),  # touching is not overlapping
        ((6, 7), [(6, 7)], []),
        ((8, 9), [], [(8, 9)]),
    ],
)
def test_overlap_and_minus_divide_a_span_between_them(span, inside, outside):
    spans = [(1, 3), (5, 7)]
    assert list(overlap(spans, span)) == inside
    assert list(minus(span, spans)) == outside
