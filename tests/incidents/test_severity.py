"""The rubric: known cases score as they should, floors only raise, and the reasoning is kept."""

from datetime import timedelta

import pytest

from incidents.severity import Floor, assess, deadline_floor
from incidents.taxonomy import HARM_TYPES
from tests.cast import START

ZERO = dict.fromkeys("GIRVUX", 0)


def given(digits: str) -> dict[str, int]:
    return dict(zip("GIRVUX", map(int, digits), strict=True))


@pytest.mark.parametrize(
    ("case", "digits", "score", "severity"),
    [
        ("livestreamed attack", "443433", 50, 0),
        ("suicide trend with minors", "333342", 42, 0),
        ("the same, slower and smaller", "332242", 38, 1),
        ("coordinated behaviour before a vote", "322213", 31, 1),
        ("one known image, never seen", "410042", 27, 2),
        ("doxxing", "231220", 25, 2),
        ("viral animal cruelty", "213212", 25, 2),
        ("one government demand", "102003", 13, 3),
        ("nuisance", "000000", 0, 4),
    ],
)
def test_known_cases(case, digits, score, severity):
    assessment = assess(given=given(digits), assumed=ZERO, floors=[])
    assert (assessment.score, assessment.severity) == (score, severity)


def test_imminent_danger_is_never_below_sev1():
    assessment = assess(given=given("040000"), assumed=ZERO, floors=[])
    assert (assessment.score, assessment.severity) == (12, 1)


def test_a_floor_raises_and_never_lowers():
    assert assess(given={}, assumed=ZERO, floors=[Floor("harm_type", 2)]).severity == 2
    assert assess(given=given("444444"), assumed=ZERO, floors=[Floor("harm_type", 3)]).severity == 0


def test_what_was_not_given_is_assumed_and_says_so():
    rows = assess(given={"G": 2}, assumed=given("111111"), floors=[]).explanation
    assert {row["code"]: row["assumed"] for row in rows if row["kind"] == "input"} == {
        "G": False, "I": True, "R": True, "V": True, "U": True, "X": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "named"), [({"Q": 1}, "Q"), ({"G": 5}, "G"), ({"G": -1}, "G"), ({"G": True}, "G")]
)
def test_a_wrong_input_is_named(value, named):
    with pytest.raises(ValueError, match=named):
        assess(given=value, assumed=ZERO, floors=[])


@pytest.mark.parametrize(("hours", "severity"), [(-1, 1), (1, 1), (1.01, 2), (4, 2), (4.01, 3), (24, 3)])
def test_the_time_left_on_a_deadline_sets_a_floor(hours, severity):
    floor = deadline_floor(deadline_at=START + timedelta(hours=hours), at=START)
    assert floor.severity == severity


def test_a_deadline_more_than_a_day_away_sets_none():
    assert deadline_floor(deadline_at=START + timedelta(hours=24, seconds=1), at=START) is None


@pytest.mark.parametrize("harm", HARM_TYPES.values(), ids=HARM_TYPES)
def test_no_harm_type_is_rated_below_its_own_floor(harm):
    floors = [] if harm.floor is None else [Floor("harm_type", harm.floor, harm.code)]
    assessment = assess(given={}, assumed=harm.assumed, floors=floors)
    assert harm.floor is None or assessment.severity <= harm.floor
