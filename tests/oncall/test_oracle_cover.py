"""The oracle of roster files against answers worked out by hand: duties, gaps, thin spans and missing skills."""

import pytest

from tests.oncall.filed import (
    DAY,
    add,
    asked,
    duties,
    hours,
    layer,
    lines,
    on,
    remove,
    replace,
    span,
    swap,
    utc,
)
from tests.oracle.roster_file import preview


def two_duties():
    """A first, B second."""
    return layer("A", "one"), layer("B", "two", duty="secondary")


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        ([replace(None, "C")], ["C override primary", "C override secondary"]),
        ([replace(None, "C", duty="secondary")], ["A one primary", "C override secondary"]),
        ([replace("B", "C")], ["A one primary", "C override secondary"]),
        ([replace("B", "C", duty="primary")], ["A one primary", "B two secondary"]),
        ([replace("B", "C", duty="secondary")], ["A one primary", "C override secondary"]),
        ([remove(None, duty="primary")], ["B two secondary"]),
        ([remove(None)], []),
        ([add("C")], ["A one primary", "C override primary", "B two secondary"]),
        ([add("C", duty="secondary")], ["A one primary", "C override secondary", "B two secondary"]),
        ([replace("B", "A")], ["A one primary", "A override secondary"]),
        ([replace("B", "A"), replace("A", "C")], ["C override primary", "C override secondary"]),
    ],
)
def test_an_override_acts_on_every_duty_unless_it_names_one(overrides, told):
    assert duties(asked(*two_duties(), overrides=overrides)) == told


def test_a_swap_takes_the_givers_slots_on_every_duty():
    answer = asked(layer("A", "one"), layer("A", "two", duty="secondary"), swaps=[swap("A", "C")])
    assert duties(answer) == ["C override primary", "C override secondary"]


def test_everyone_is_replaced_on_the_roster_s_own_duties_and_on_one_that_is_named():
    second = layer("A", duty="secondary", window=hours(10, 11))
    filled = asked(second, overrides=[replace(None, "C", end="12:00")], end="12:00")
    assert duties(filled) == ["C override secondary"]
    named = asked(layer("A"), overrides=[replace(None, "C", duty="secondary")])
    assert duties(named) == ["A L primary", "C override secondary"]
    bare = asked(overrides=[replace(None, "C", end="10:30")])
    assert duties(bare) == ["C override primary"]
    assert bare["gaps"] == [span("10:30", "11:00")]


def test_a_duty_of_no_layer_is_shown_but_not_required():
    answer = asked(layer("A", duty="secondary"), overrides=[add("B", end="10:30")], at="10:00")
    assert duties(answer) == ["A L secondary", "B override primary"]
    assert answer["gaps"] == []
    assert answer["on_duty"] == {"at": f"{DAY}T10:00:00Z", "people": ["A", "B"]}
    again = asked(layer("A", duty="secondary"), overrides=[add("B"), replace("B", "C")])
    assert duties(again) == ["A L secondary", "C override primary"]


def test_gaps_of_two_duties_are_one_and_their_thin_spans_are_two():
    one, two = layer("A", "one"), layer("B", "two", duty="secondary")
    removals = [remove("A", "10:00", "10:20"), remove("B", "10:10", "10:30")]
    answer = asked(one, two, depth=2, overrides=removals)
    assert answer["gaps"] == [span("10:00", "10:30")]
    assert lines(answer["thin"], "have", "need") == ["10:00-10:10 1 2", "10:20-11:00 1 2", "10:30-11:00 1 2"]
    assert lines(asked(one, two, depth=2)["thin"], "have", "need") == ["10:00-11:00 1 2"] * 2


def test_depth_counts_people_not_slots_and_nothing_is_missing_where_none_is_asked_for():
    twice = asked(layer("A", "one"), layer("A", "two"), depth=2)
    assert lines(twice["thin"], "have", "need") == ["10:00-11:00 1 2"]
    nobody = asked(depth=0)
    assert (nobody["gaps"], nobody["thin"]) == ([], [])
    assert asked()["gaps"] == [span("10:00", "11:00")]  # an entirely empty window is told


SKILLED = {"A": {"languages": ["ru"], "clearances": ["child_safety"]}, "B": {"languages": ["ru"]}}


def test_too_few_with_a_skill_are_unskilled_but_a_gap_is_a_gap():
    rules = [
        {"skill": "language:ru", "count": 2, "window": None},
        {"skill": "clearance:child_safety", "count": 1, "window": None},
    ]
    steps = [replace("A", "C", "10:20", "10:40"), remove(None, "10:50", "11:00")]
    answer = asked(layer("A B"), require=rules, people=SKILLED, overrides=steps)
    assert lines(answer["unskilled"], "missing") == ["10:20-10:40 clearance:child_safety,language:ru"]
    assert answer["gaps"] == [span("10:50", "11:00")]


def test_skills_are_required_of_each_duty():
    rule = {"skill": "clearance:child_safety", "count": 1, "window": None}
    answer = asked(*two_duties(), require=[rule], people=SKILLED)
    assert lines(answer["unskilled"], "missing") == ["10:00-11:00 clearance:child_safety"]
    both = asked(*two_duties(), require=[rule])
    assert lines(both["unskilled"], "missing") == ["10:00-11:00 clearance:child_safety"] * 2


# The windows of the facts, in Los Angeles, where the clocks change within them.
@pytest.mark.parametrize(
    ("window", "day", "told"),
    [
        (("22:00", "01:30"), "2026-11-01", ["05:00-09:30 language:ru"]),
        (("02:30", "06:00"), "2026-03-08", ["10:00-13:00 language:ru"]),
        (("02:15", "02:45"), "2026-03-08", []),
        (("21:00", "21:00"), "2026-03-08", ["04:00-14:00 language:ru"]),
    ],
)
def test_the_hours_of_a_requirement_are_wall_clock_as_a_layers_are(window, day, told):
    rule = {"skill": "language:ru", "count": 1, "window": dict(zip(("start", "end"), window, strict=True))}
    data = {"zone": "America/Los_Angeles", "layers": [layer("C")], "require": [rule]}
    answer = preview(data, utc("04:00", day), utc("14:00", day))
    assert lines(answer["unskilled"], "missing") == told


def test_who_is_on_duty_is_told_also_outside_the_window_and_with_offsets():
    shift = {"starts_at": f"{DAY}T12:00:00+01:00", "ends_at": f"{DAY}T08:00:00-04:00"}
    override = {"kind": "replace", "person": "A", "by": "B", **shift}
    answer = asked(layer("A"), overrides=[override], at="11:30")
    assert on(answer) == ["10:00-11:00 A L"]
    assert answer["on_duty"] == {"at": f"{DAY}T11:30:00Z", "people": ["B"]}
    assert asked(layer("A"), overrides=[override], at="12:00")["on_duty"]["people"] == ["A"]
