"""What changed between two texts, and keeping both."""

from hypothesis import given
from hypothesis import strategies as st

from postmortems.difference import both, changes

LINES = st.lists(st.sampled_from(["a", "b", "a b"])).map("\n".join)
TEXTS = st.text(st.sampled_from("ab \n"), max_size=40)


@given(TEXTS, TEXTS)
def test_the_pieces_hold_both_texts_whole(before, after):
    pieces = changes(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after


def test_words_are_told_apart_not_letters():
    told = [(piece.kind, piece.text) for piece in changes("We saw it late.", "We saw it too late.")]
    assert told == [("same", "We saw it "), ("added", "too "), ("same", "late.")]


@given(LINES, LINES)
def test_both_together_lose_no_line_of_either(theirs, mine):
    lines = both(theirs, mine).splitlines()
    assert all(lines.count(line) >= theirs.splitlines().count(line) for line in theirs.splitlines())
    assert all(lines.count(line) >= mine.splitlines().count(line) for line in mine.splitlines())


def test_lines_that_are_the_same_are_there_once():
    assert both("one\ntwo", "one\nthree") == "one\ntwo\nthree"
