"""The severity rubric: six inputs, a weighted score, floors that only ever raise, and the whole reasoning
kept. Pure: no rows, no clock, no words for people (see `words`)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

VERSION = "2026-11"

# Gravity and imminence weigh three, reach, velocity, vulnerability and external exposure two; 56 at most.
WEIGHTS = {"G": 3, "I": 3, "R": 2, "V": 2, "U": 2, "X": 2}
HIGHEST_INPUT = 4
# (least score, severity): SEV0 is worst.
BANDS = ((40, 0), (30, 1), (20, 2), (10, 3), (0, 4))
# (time left on a numeric deadline, severity it asks for at least).
DEADLINE_FLOORS = ((timedelta(hours=1), 1), (timedelta(hours=4), 2), (timedelta(hours=24), 3))
IMMINENT_DANGER = 4
IMMINENT_DANGER_FLOOR = 1


@dataclass(frozen=True, slots=True)
class Floor:
    """A reason why the severity may not be lower than `severity`. `reason` is a code, `detail` its object."""

    reason: str
    severity: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """`severity` 0-4, `score` 0-56, and JSON-ready `explanation` rows: inputs, the score, then floors."""

    severity: int
    score: int
    explanation: list[dict]


def assess(*, given: Mapping[str, int], assumed: Mapping[str, int], floors: Iterable[Floor]) -> Assessment:
    """Score inputs 0-4; those not in `given` take the harm type's `assumed` value and say so.

    Raises `ValueError` naming an input that does not exist or lies outside 0-4.
    """
    _check(given)
    rows = [_input_row(code, given, assumed) for code in WEIGHTS]
    score = sum(row["points"] for row in rows)
    by_score = next(severity for least, severity in BANDS if score >= least)
    imminence = given.get("I", assumed["I"])
    raised = [*floors]
    if imminence == IMMINENT_DANGER:
        raised.append(Floor("imminent_danger", IMMINENT_DANGER_FLOOR))
    severity = min([by_score, *(floor.severity for floor in raised)])
    rows.append({"kind": "score", "score": score, "severity": by_score, "rubric": VERSION})
    rows += [{"kind": "floor", "raises": floor.severity < by_score, **asdict(floor)} for floor in raised]
    return Assessment(severity=severity, score=score, explanation=rows)


def deadline_floor(*, deadline_at: datetime, at: datetime) -> Floor | None:
    """The floor a numeric deadline sets, by the time left at `at`; one already past counts as under an hour."""
    left = deadline_at - at
    severity = next((severity for most, severity in DEADLINE_FLOORS if left <= most), None)
    return None if severity is None else Floor("deadline", severity, deadline_at.isoformat())


def _input_row(code: str, given: Mapping[str, int], assumed: Mapping[str, int]) -> dict:
    value = given.get(code, assumed[code])
    return {
        "kind": "input",
        "code": code,
        "value": value,
        "points": value * WEIGHTS[code],
        "assumed": code not in given,
    }


def _check(given: Mapping[str, int]) -> None:
    for code, value in given.items():
        if code not in WEIGHTS:
            raise ValueError(f"{code} is not a severity input; use {', '.join(WEIGHTS)}.")
        if type(value) is not int or not 0 <= value <= HIGHEST_INPUT:
            raise ValueError(f"{code} must be a whole number from 0 to {HIGHEST_INPUT}.")
