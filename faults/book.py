"""The rows of the table, and what a run of one came to."""

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

GREEN, RED, NOT_RUN = "green", "red", "not run"


class NotRunError(Exception):
    """This machine cannot play the row, and why. Such a row is not green."""


@dataclass
class Run:
    """One run as it goes in the file: `seconds` are of what the row is about, `wrong` what did not hold. `slack` is
    how many times the limits it is given, where it is not the table's own figures that are asked for."""

    variant: str
    slack: int = 1
    began: float = field(default_factory=time.time)
    ended: float = 0.0
    lost: int = 0
    duplicated: int = 0
    kills: int = 0
    seconds: list[float] = field(default_factory=list)
    simulated: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    not_run: str = ""

    def hold(self, true: Any, otherwise: str) -> bool:
        """What is expected; `otherwise` is said in the table where it is not so."""
        if not true:
            self.wrong.append(otherwise)
        return bool(true)

    def took(self, seconds: Iterable[float], *, at_most: float, what: str) -> None:
        """The times the row is about, each of which must be within `at_most`."""
        at_most *= self.slack
        seconds = [round(second, 3) for second in seconds]
        self.seconds += seconds
        worst = max(seconds, default=None)
        if self.hold(worst is not None, f"{what}: nothing to measure"):
            self.hold(worst <= at_most, f"{what}: {worst} s, at most {at_most} s were expected")

    @property
    def real(self) -> float:
        return self.ended - self.began

    def told(self) -> dict[str, Any]:
        return asdict(self) | {"real": round(self.real, 1), "simulated": round(self.simulated, 1)}


Play = Callable[[Any, Run], None]


@dataclass
class Row:
    number: int
    fault: str
    expected: str
    measured: str
    variants: dict[str, Play]
    short: tuple[str, ...] = ()
    runs: list[Run] = field(default_factory=list)

    @property
    def state(self) -> str:
        if any(run.wrong for run in self.runs):
            return RED
        if not self.runs or any(run.not_run for run in self.runs):
            return NOT_RUN
        return GREEN

    @property
    def p99(self) -> float | None:
        seconds = sorted(second for run in self.runs for second in run.seconds)
        return seconds[min(len(seconds) - 1, int(len(seconds) * 0.99))] if seconds else None

    def told(self) -> dict[str, Any]:
        return {
            "row": self.number,
            "fault": self.fault,
            "expected": self.expected,
            "state": self.state,
            "runs": len(self.runs),
            "lost": sum(run.lost for run in self.runs),
            "duplicated": sum(run.duplicated for run in self.runs),
            "measured": self.measured,
            "p99": self.p99,
            "real": round(sum(run.real for run in self.runs), 1),
            "simulated": round(sum(run.simulated for run in self.runs), 1),
            "raw": [run.told() for run in self.runs],
        }


ROWS: dict[int, Row] = {}


def row(
    number: int, fault: str, expected: str, *, measured: str, short: bool = False
) -> Callable[[Play], Play]:
    """A row that is played in one way. More ways are added with `variant`."""

    def keep(play: Play) -> Play:
        name = play.__name__.replace("_", " ")
        ROWS[number] = Row(number, fault, expected, measured, {name: play}, (name,) if short else ())
        return play

    return keep


def variant(number: int, *, short: bool = False) -> Callable[[Play], Play]:
    def keep(play: Play) -> Play:
        name = play.__name__.replace("_", " ")
        ROWS[number].variants[name] = play
        if short:
            ROWS[number].short += (name,)
        return play

    return keep


def machine() -> dict[str, Any]:
    import platform

    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) // 1024
    return {
        "cores": os.cpu_count(),
        "memory_mb": memory,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }
