"""What changed between two texts, word by word, and how to keep both. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

LONG = 800  # words
# A word with the space after it, so that joining the pieces gives the text back.
_WORD = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """`kind` is "same", "added" or "removed"."""

    kind: str
    text: str


def changes(before: str, after: str) -> list[Piece]:
    """The pieces that lead from `before` to `after`. Those not removed, joined, are `after`; those not added
    are `before`."""
    old, new = _words(before), _words(after)
    pieces = []
    for tag, i, j, k, m in _matched(old, new).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[i:j])))
            continue
        if j > i:
            pieces.append(Piece("removed", "".join(old[i:j])))
        if m > k:
            pieces.append(Piece("added", "".join(new[k:m])))
    return pieces


def both(theirs: str, mine: str) -> str:
    """One text with every line of both: shared lines once, differing ones theirs first."""
    old, new = theirs.splitlines(), mine.splitlines()
    lines: list[str] = []
    for tag, i, j, k, m in _matched(old, new).get_opcodes():
        lines += old[i:j]
        if tag != "equal":
            lines += new[k:m]
    return "\n".join(lines)


def _matched(old: list[str], new: list[str]) -> SequenceMatcher:
    """Long texts are lined up by their rarer words: with every word it would take seconds."""
    return SequenceMatcher(None, old, new, autojunk=len(new) > LONG)


def _words(text: str) -> list[str]:
    return _WORD.findall(text)
