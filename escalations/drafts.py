"""A policy being written: rows come, go and move with buttons of the form, nothing typed is lost, and nothing
is saved until somebody says so."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

MOST_STEPS, MOST_TARGETS = 20, 20
BUTTON = re.compile(r"([a-z-]+)(?::(\d{1,2}))?(?::(\d{1,2}))?\Z")


class Posted(Protocol):
    """Django's POST, as far as it is needed here."""

    def get(self, name: str, default: str) -> str: ...
    def getlist(self, name: str) -> list[str]: ...


@dataclass
class DraftStep:
    """As typed: minutes to wait, codes of whom to page (`roster:3:primary`, `everyone:3`, `function:legal`,
    `person:7`), and what else the step asks. No day ticked, or every one: all."""

    minutes: str = "5"
    who: list[str] = field(default_factory=lambda: [""])
    clearance: str = ""
    language: str = ""
    days: list[str] = field(default_factory=list)
    opens: str = ""
    closes: str = ""
    zone: str = ""

    @property
    def asks_more(self) -> bool:
        return any((self.clearance, self.language, self.days, self.opens, self.closes, self.zone))


@dataclass
class Draft:
    name: str = ""
    version: str = "1"
    steps: list[DraftStep] = field(default_factory=lambda: [DraftStep()])
    repeats: str = "0"
    repeat_from: str = "1"
    fallback: str = ""

    @classmethod
    def posted(cls, data: Posted) -> "Draft":
        steps = [
            DraftStep(
                minutes,
                data.getlist(f"who-{number}")[:MOST_TARGETS] or [""],
                days=data.getlist(f"days-{number}")[:7],
                **{
                    name: data.get(f"{name}-{number}", "").strip()
                    for name in ("clearance", "language", "opens", "closes", "zone")
                },
            )
            for number, minutes in enumerate(data.getlist("minutes")[:MOST_STEPS])
        ]
        return cls(
            data.get("name", ""),
            data.get("version", ""),
            steps,
            repeats=data.get("repeats", "0"),
            repeat_from=data.get("repeat_from", "1"),
            fallback=data.get("fallback", ""),
        )

    def press(self, button: str) -> None:
        """Do what a button says: `add-step`, `remove-step:0`, `up:1`, `down:1`, `add-target:0`,
        `remove-target:0:1`. Anything else, or about a row that is not there, changes nothing."""
        said = BUTTON.match(button)
        if said is None:
            return
        step, target = (int(number) if number else None for number in said.groups()[1:])
        if said[1] == "add-step" and len(self.steps) < MOST_STEPS:
            self.steps.append(DraftStep())
        elif step is not None and step < len(self.steps):
            self._press_at(said[1], step, target)

    def _press_at(self, verb: str, step: int, target: int | None) -> None:
        who = self.steps[step].who
        moves: Mapping[str, int] = {"up": step - 1, "down": step + 1}
        if verb == "remove-step":
            del self.steps[step]
        elif verb in moves and 0 <= moves[verb] < len(self.steps):
            other = moves[verb]
            self.steps[step], self.steps[other] = self.steps[other], self.steps[step]
        elif verb == "add-target" and len(who) < MOST_TARGETS:
            who.append("")
        elif verb == "remove-target" and target is not None and target < len(who):
            del who[target]
