"""The ladder alone: which step is taken when, what is passed over and why, rounds and last resorts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.ladder import (
    Passed,
    Step,
    Target,
    Why,
    climb,
    foresee,
    freeze,
    is_taken,
    last_resorts,
    patience,
    thaw,
)

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def step(number: int, delay: int = 60, **more) -> Step:
    return Step(delay, (Target(person=number),), **more)


def standing(*people_at_each):
    """Who stands behind each step, told by its target."""
    return lambda asked: list(people_at_each[asked.targets[0].person])


def at_step(*people_at_each):
    return lambda asked, at: standing(*people_at_each)(asked)


NIGHT = {"window_start": "22:00", "window_end": "06:00"}
OFFICE = {"window_start": "09:00", "window_end": "17:00", "weekdays": (0, 1, 2, 3, 4)}


@pytest.mark.parametrize(
    ("conditions", "local", "taken"),
    [
        ({}, "2026-03-01T03:00", True),
        (OFFICE, "2026-03-02T08:59:59", False),
        (OFFICE, "2026-03-02T09:00", True),
        (OFFICE, "2026-03-02T16:59:59", True),
        (OFFICE, "2026-03-02T17:00", False),
        (OFFICE, "2026-03-01T12:00", False),  # a Sunday
        (NIGHT, "2026-03-02T21:59", False),
        (NIGHT, "2026-03-02T22:00", True),
        (NIGHT, "2026-03-03T05:59", True),
        (NIGHT, "2026-03-03T06:00", False),
        (NIGHT | {"weekdays": (0,)}, "2026-03-03T05:00", True),  # it opened on Monday
        (NIGHT | {"weekdays": (0,)}, "2026-03-02T05:00", False),  # it opened on Sunday
        ({"window_start": "08:00", "window_end": "08:00"}, "2026-03-02T07:00", True),
        ({"window_start": "08:00", "window_end": "08:00", "weekdays": (0,)}, "2026-03-03T07:59", True),
        ({"window_start": "08:00", "window_end": "08:00", "weekdays": (0,)}, "2026-03-02T07:59", False),
        ({"weekdays": (6,)}, "2026-03-01T23:59", True),
        ({"weekdays": ()}, "2026-03-01T23:59", False),
    ],
)
@pytest.mark.parametrize(("zone", "offset"), [("UTC", 0), ("Asia/Singapore", 8), ("America/Lima", -5)])
def test_a_step_is_taken_by_the_clocks_of_its_zone(conditions, local, taken, zone, offset):
    at = datetime.fromisoformat(local).replace(tzinfo=UTC) - timedelta(hours=offset)
    assert is_taken(step(0, zone=zone, **conditions), at) is taken


def test_hours_follow_daylight_saving():
    office = step(0, zone="Europe/Dublin", **OFFICE)
    assert not is_taken(office, datetime(2026, 3, 27, 8, 30, tzinfo=UTC))
    assert is_taken(office, datetime(2026, 3, 30, 8, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("people", "start", "asked", "found", "passed"),
    [
        (["a", "b"], 0, "", (0, ["a"]), []),
        (["", "b"], 0, "", (1, ["b"]), [(0, Why.NOBODY)]),
        (["a", "a", "b"], 1, "a", (2, ["b"]), [(1, Why.ASKED)]),
        (["a", "ab"], 1, "a", (1, ["b"]), []),
        (["", ""], 0, "", (None, []), [(0, Why.NOBODY), (1, Why.NOBODY)]),
        (["a"], 1, "a", (None, []), []),
        ([], 0, "", (None, []), []),
    ],
)
def test_the_first_step_with_somebody_new_is_taken(people, start, asked, found, passed):
    steps = [step(n) for n in range(len(people))]
    rung = climb(steps, start, standing(*people), at=MONDAY, asked=set(asked))
    assert ((rung.step, rung.people), rung.passed) == (found, [Passed(*one) for one in passed])


def test_a_step_out_of_its_hours_asks_for_nobody():
    def asked_for_nobody(_step):
        raise AssertionError("nobody is looked up for it")

    closed = step(0, weekdays=(6,))
    rung = climb([closed], 0, asked_for_nobody, at=MONDAY)
    assert (rung.step, rung.passed) == (None, [Passed(0, Why.HOURS)])


def run(steps, people, **more):
    """A run that nobody answers, as (minute, step, people)."""
    firings = list(foresee(steps, at_step(*people), at=MONDAY, **more))
    return [
        (int((one.at - MONDAY).total_seconds() // 60), one.rung.step, "".join(one.rung.people))
        for one in firings
    ]


def test_after_the_last_step_it_starts_again_as_often_as_it_says_and_anybody_is_asked_again():
    steps = [step(0), step(1)]
    assert run(steps, ["a", "b"], repeat_from=1, repeats=2) == [
        (0, 0, "a"), (1, 1, "b"), (2, 1, "b"), (3, 1, "b"), (4, None, ""),
    ]  # fmt: skip
    assert run(steps, ["a", "b"], repeats=1)[2:] == [(2, 0, "a"), (3, 1, "b"), (4, None, "")]


def test_a_round_in_which_nobody_stands_anywhere_is_not_repeated():
    assert run([step(0), step(1)], ["", ""], repeats=9) == [(0, None, "")]


def test_nobody_is_asked_twice_in_a_round():
    assert run([step(0), step(1), step(2)], ["a", "a", "ab"]) == [(0, 0, "a"), (1, 2, "b"), (2, None, "")]


def test_the_last_resorts_come_once_after_every_round():
    steps = [step(0), step(1, resort=True), step(2, resort=True)]
    assert run(steps, ["a", "m", "mn"], repeats=2) == [
        (0, 0, "a"), (1, 0, "a"), (2, 0, "a"), (3, 1, "m"), (4, 2, "n"), (5, None, ""),
    ]  # fmt: skip


def test_a_policy_that_repeats_from_a_step_it_does_not_have_ends():
    assert run([step(0)], ["a"], repeat_from=5, repeats=3) == [(0, 0, "a"), (1, None, "")]


STEPS = st.builds(
    Step,
    delay=st.integers(1, 7 * 86400),
    targets=st.lists(
        st.builds(Target, roster=st.integers(1, 5), duty=st.sampled_from(["primary", "secondary"]))
        | st.builds(Target, person=st.integers(1, 9))
        | st.builds(Target, roster=st.integers(1, 5), everyone=st.just(True))
        | st.builds(Target, function=st.just("legal")),
        max_size=3,
    ).map(tuple),
    clearance=st.sampled_from(["", "csea"]),
    language=st.sampled_from(["", "ru"]),
    weekdays=st.none() | st.frozensets(st.integers(0, 6)).map(lambda days: tuple(sorted(days))),
    window_start=st.just(""),
    window_end=st.just(""),
    zone=st.sampled_from(["UTC", "Asia/Singapore", "America/New_York"]),
    resort=st.booleans(),
)


@given(st.lists(STEPS, max_size=5))
def test_what_is_frozen_thaws_as_it_was(steps):
    assert thaw(freeze(steps)) == steps


POLICIES = st.lists(st.tuples(STEPS, st.frozensets(st.sampled_from("abc"))), max_size=6).map(
    lambda rows: sorted(rows, key=lambda row: row[0].resort)
)


@given(POLICIES, st.integers(0, 6), st.integers(0, 9))
def test_a_run_that_nobody_answers_ends_and_keeps_its_promises(policy, repeat_from, repeats):
    steps = [one for one, _people in policy]
    behind = {id(one): sorted(people) for one, people in policy}
    told = list(
        foresee(steps, lambda one, at: behind[id(one)], at=MONDAY, repeat_from=repeat_from, repeats=repeats)
    )
    *fired, last = told
    assert (last.rung.step, last.rung.people) == (None, [])
    assert len(fired) <= len(steps) * (repeats + 1)
    for before, after in zip(fired, told[1:], strict=True):
        assert after.at - before.at == patience(steps[before.rung.step]), "nothing early, nothing late"
    asked: set[str] = set()
    for one in fired:
        asked = set() if one.rung.again else asked
        assert one.rung.people, "a step is fired for somebody"
        assert not asked & set(one.rung.people), "once in a round"
        assert is_taken(steps[one.rung.step], one.at)
        assert set(one.rung.people) <= set(behind[id(steps[one.rung.step])])
        asked |= set(one.rung.people)
    resorts = [one.rung.step for one in fired if steps[one.rung.step].resort]
    assert len(resorts) == len(set(resorts)), "each last resort once"


@given(st.lists(st.frozensets(st.sampled_from("abc")), max_size=6), st.integers(0, 3))
def test_everybody_who_can_be_asked_has_been_by_the_end(people, repeats):
    steps = [step(n) for n in range(len(people))]
    fired = list(foresee(steps, at_step(*map(sorted, people)), at=MONDAY, repeats=repeats))
    assert {one for it in fired for one in it.rung.people} == set().union(*people)


def test_the_last_resorts_are_duty_then_everybody():
    duty, everybody = last_resorts(7)
    assert (duty.targets, everybody.targets) == (
        (Target(roster=7, duty="primary"),),
        (Target(roster=7, everyone=True),),
    )
    assert duty.resort
    assert everybody.resort
