"""What is being written about a roster: rows that come, go and move with buttons of the form. Nothing typed is lost,
and nothing is saved until somebody says so.

Pure. Rows hold what was typed, right or wrong.
"""

import re
from dataclasses import dataclass, field
from typing import Protocol

MOST_TURNS, MOST_TOGETHER, MOST_SKILLS = 1_000, 60, 40
BUTTON = re.compile(r"([a-z-]+)(?::(\d{1,3}))?(?::(\d{1,3}))?\Z")


class Posted(Protocol):
    """Django's POST, as far as it is needed here."""

    def get(self, name: str, default: str) -> str: ...
    def getlist(self, name: str) -> list[str]: ...


@dataclass
class Turns:
    """Who takes turns: for each turn the ids of those who are on together, as chosen; empty text is nobody yet."""

    rows: list[list[str]] = field(default_factory=lambda: [[""], [""]])

    @classmethod
    def posted(cls, data: Posted) -> "Turns":
        """All of them, too many as well: nothing typed is lost, and what a layer can hold is for its rules to say."""
        return cls([data.getlist(f"who-{number}") or [""] for number in range(len(data.getlist("turn")))])

    @property
    def groups(self) -> list[tuple[str, ...]]:
        """The turns in which somebody is chosen."""
        chosen = (tuple(dict.fromkeys(one for one in row if one)) for row in self.rows)
        return [group for group in chosen if group]

    def press(self, button: str) -> None:
        """Do what a button says: `add-turn`, `remove-turn:0`, `up:1`, `down:1`, `add-person:0`, `remove-person:0:1`.
        Anything else, or about a row that is not there, changes nothing."""
        verb, turn, place = read_button(button)
        if verb == "add-turn" and len(self.rows) < MOST_TURNS:
            self.rows.append([""])
        elif turn is not None and turn < len(self.rows):
            self._press_at(verb, turn, place)

    def _press_at(self, verb: str, turn: int, place: int | None) -> None:
        row = self.rows[turn]
        if verb == "remove-turn":
            del self.rows[turn]
        elif verb in ("up", "down"):
            swap(self.rows, turn, -1 if verb == "up" else 1)
        elif verb == "add-person" and len(row) < MOST_TOGETHER:
            row.append("")
        elif verb == "remove-person" and place is not None and place < len(row):
            del row[place]


@dataclass
class SkillRow:
    """A required skill as typed: its code (`language:ru`), how many, from when until when."""

    skill: str = ""
    count: str = "1"
    start: str = ""
    end: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.skill


@dataclass
class Skills:
    rows: list[SkillRow] = field(default_factory=list)

    @classmethod
    def posted(cls, data: Posted) -> "Skills":
        columns = [
            data.getlist(name)[:MOST_SKILLS] for name in ("skill", "skill_count", "skill_from", "skill_to")
        ]
        return cls([SkillRow(*typed) for typed in zip(*columns, strict=False)])

    def press(self, button: str) -> None:
        """`add-skill` or `remove-skill:0`; anything else changes nothing."""
        verb, place, _ = read_button(button)
        if verb == "add-skill" and len(self.rows) < MOST_SKILLS:
            self.rows.append(SkillRow())
        elif verb == "remove-skill" and place is not None and place < len(self.rows):
            del self.rows[place]


def read_button(button: str) -> tuple[str, int | None, int | None]:
    """A button's verb, and the numbers of the rows it is about; no verb for what is no button."""
    said = BUTTON.match(button)
    if said is None:
        return "", None, None
    first, second = (int(number) if number else None for number in said.groups()[1:])
    return said[1], first, second


def swap(rows: list, place: int, by: int) -> None:
    """A row changes places with its neighbour, where there is one."""
    other = place + by
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
