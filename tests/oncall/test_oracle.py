"""The oracle of roster files against answers worked out by hand: whom overrides, swaps and absences leave on duty."""

import pytest
from hypothesis import given, settings

from tests.oncall.filed import add, asked, away, empty, hours, layer, on, remove, replace, span, swap
from tests.oncall.strategies import questions
from tests.oracle.roster_file import preview
from tests.oracle.rota import schedule


def eight_to_ten(override):
    """The facts' daily 08-10 with foobar, asked about from 08:00 to 09:00."""
    return asked(layer("foobar", window=hours(8, 10)), start="08:00", end="09:00", overrides=[override])


def test_a_replacement_cuts_the_shift_in_three():
    answer = eight_to_ten(replace("foobar", "binbaz", "08:30", "08:45"))
    assert answer == {
        "shifts": [
            {"people": [who], **span(start, end), "layer": layer, "duty": "primary"}
            for who, start, end, layer in [
                ("foobar", "08:00", "08:30", "L"),
                ("binbaz", "08:30", "08:45", "override"),
                ("foobar", "08:45", "09:00", "L"),
            ]
        ],
        "gaps": [],
        "thin": [],
        "unskilled": [],
        "empty": [],
    }


@pytest.mark.parametrize("fields", [{"person": None, "by": "binbaz"}, {"person": "binbaz"}])
def test_who_is_added_stands_beside_the_others(fields):
    answer = eight_to_ten({"kind": "add", **fields, **span("08:30", "08:45")})
    assert on(answer) == ["08:00-09:00 foobar L", "08:30-08:45 binbaz override"]


def test_a_removal_leaves_a_gap_and_no_empty_slot():
    answer = eight_to_ten(remove("foobar", "08:30", "08:45"))
    assert on(answer) == ["08:00-08:30 foobar L", "08:45-09:00 foobar L"]
    assert answer["gaps"] == [span("08:30", "08:45")]
    assert answer["empty"] == []


@pytest.mark.parametrize(
    ("accepted", "told"),
    [(True, ["12:00-13:00 original L", "13:00-15:00 taker override"]), (False, ["12:00-15:00 original L"])],
)
def test_a_swap_takes_what_the_giver_holds_and_only_once_it_is_accepted(accepted, told):
    offer = swap("original", "taker", "13:00", "18:00", accepted=accepted)
    answer = asked(layer("original", window=hours(12, 15)), start="12:00", end="18:00", swaps=[offer])
    assert on(answer) == told
    assert answer["gaps"] == [span("15:00", "18:00")]


# Each on a layer that has A all the time, within an hour.
@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        ([replace("A", "B"), replace("A", "C")], ["C override"]),  # the latest wins over the earlier
        ([replace("A", "B"), replace("B", "C")], ["C override"]),
        ([replace("B", "C"), replace("A", "B")], ["B override"]),  # B held nothing when C was named
        ([remove("A"), replace("A", "B")], ["B override"]),  # the emptied slot is still A's
        ([replace("A", "B"), remove("A")], []),
        ([replace("A", "B"), remove("B")], []),
        ([replace("A", "B"), remove("B"), replace("B", "C")], []),  # B neither holds it nor is assigned
        ([remove(None), replace("A", "B")], ["B override"]),
        ([remove("A"), replace(None, "B")], ["B override"]),
        ([replace("A", "B"), replace("B", "A")], ["A L"]),  # given back, the slot is the layer's
        ([replace("A", "B"), replace(None, "A")], ["A L"]),
        ([add("B"), replace("B", "C")], ["A L", "C override"]),
        ([add("B"), replace("B", "C"), replace("B", "D")], ["A L", "C override"]),  # no layer gave it to B
        ([add("B"), replace("B", "C"), replace("C", "B")], ["A L", "B override"]),
        ([add("B"), remove("B")], ["A L"]),
        ([remove("B"), add("B")], ["A L", "B override"]),
        ([add("B"), add("C")], ["A L", "B,C override"]),  # together, as all that overrides gave
        ([add("A")], ["A L", "A override"]),
        ([add("B"), replace(None, "C")], ["C override"]),
        ([add("B"), replace("A", "B")], ["B override"]),
        ([add("B"), replace("A", "B"), replace("B", "C")], ["C override"]),
        ([replace("F", "B")], ["A L"]),  # whoever has no slot cannot be replaced
        ([remove("F")], ["A L"]),
    ],
)
def test_overrides_act_in_order_on_the_slots_a_person_is_assigned_to_or_holds(overrides, told):
    answer = asked(layer("A"), overrides=overrides)
    assert on(answer) == [f"10:00-11:00 {shift}" for shift in told]
    assert answer["empty"] == []


def test_one_person_of_a_group_is_replaced_without_the_other():
    answer = asked(layer("A B"), overrides=[replace("A", "C")])
    assert on(answer) == ["10:00-11:00 B L", "10:00-11:00 C override"]


def test_a_person_in_two_layers_is_replaced_in_both():
    answer = asked(layer("A", "one"), layer("A", "two"), overrides=[replace("A", "B")])
    assert on(answer) == ["10:00-11:00 B override"]


def test_replacing_everyone_also_fills_the_gap_and_removing_everyone_leaves_one():
    half = layer("A B", window=hours(10, 11))
    replaced = asked(half, overrides=[replace(None, "C", end="12:00")], end="13:00")
    assert on(replaced) == ["10:00-12:00 C override"]
    assert replaced["gaps"] == [span("12:00", "13:00")]
    removed = asked(half, overrides=[remove(None, "10:30", "12:00")], end="13:00")
    assert on(removed) == ["10:00-10:30 A,B L"]
    assert removed["gaps"] == [span("10:30", "13:00")]


def test_replacing_one_person_does_not_fill_the_gap():
    answer = asked(layer("A", window=hours(10, 11)), overrides=[replace("A", "C", end="12:00")], end="12:00")
    assert on(answer) == ["10:00-11:00 C override"]
    assert answer["gaps"] == [span("11:00", "12:00")]


@pytest.mark.parametrize(
    ("swaps", "told"),
    [
        ([swap("B", "C")], ["C override"]),  # B holds it since the override
        ([swap("A", "C")], ["B override"]),  # A gave nothing away: B holds it
        ([swap("B", "A")], ["A L"]),
        ([swap("B", "C"), swap("C", "D")], ["D override"]),
        ([swap("C", "D"), swap("B", "C")], ["C override"]),
        ([swap("B", "C", accepted=False), swap("C", "D")], ["B override"]),
    ],
)
def test_swaps_come_after_overrides_and_take_what_is_held(swaps, told):
    answer = asked(layer("A"), overrides=[replace("A", "B")], swaps=swaps)
    assert on(answer) == [f"10:00-11:00 {shift}" for shift in told]


def test_whoever_is_away_leaves_an_empty_slot_that_hides_nobody():
    answer = asked(layer("A", "top", rank=2), layer("B", "under"), time_off=[away("A", end="10:30")])
    assert on(answer) == ["10:00-10:30 B under", "10:30-11:00 A top"]
    assert empty(answer) == ["10:00-10:30 top A time_off"]
    assert answer["gaps"] == []


def test_a_covered_slot_is_not_empty():
    answer = asked(layer("A B", "top", rank=2), layer("C", "under"), time_off=[away("A"), away("C")])
    assert on(answer) == ["10:00-11:00 B top"]
    assert empty(answer) == ["10:00-11:00 top A time_off"]


def test_someone_away_can_be_overridden_and_is_then_no_empty_slot():
    answer = asked(layer("A"), time_off=[away("A")], overrides=[replace("A", "B", end="10:30")])
    assert on(answer) == ["10:00-10:30 B override"]
    assert empty(answer) == ["10:30-11:00 L A time_off"]
    assert answer["gaps"] == [span("10:30", "11:00")]


def test_filling_an_empty_slot_does_not_cover_what_it_let_through():
    ranked = [layer("A", "top", rank=2), layer("B", "under")]
    answer = asked(*ranked, time_off=[away("A")], overrides=[replace("A", "C")])
    assert on(answer) == ["10:00-11:00 C override", "10:00-11:00 B under"]


def test_the_slot_of_someone_away_can_be_swapped_or_emptied():
    swapped = asked(layer("A"), time_off=[away("A")], swaps=[swap("A", "B")])
    assert (on(swapped), empty(swapped)) == (["10:00-11:00 B override"], [])
    removed = asked(layer("A"), time_off=[away("A")], overrides=[remove("A")])
    assert (on(removed), empty(removed)) == ([], [])


@pytest.mark.parametrize(
    "given",
    [
        {"overrides": [replace("A", "B")]},
        {"overrides": [remove("A"), add("B")]},
        {"overrides": [replace(None, "B")]},
        {"swaps": [swap("A", "B")]},
    ],
)
def test_whoever_is_off_and_put_on_duty_stands(given):
    answer = asked(layer("A"), time_off=[away("B")], **given)
    assert on(answer) == ["10:00-11:00 B override"]
    assert empty(answer) == []


def test_someone_away_whose_slot_is_given_back_stands_in_their_layer():
    answer = asked(layer("A"), time_off=[away("A")], overrides=[replace("A", "B"), replace("B", "A")])
    assert (on(answer), empty(answer)) == (["10:00-11:00 A L"], [])


@pytest.mark.parametrize(
    "given",
    [
        {"overrides": [replace("A", "B")]},
        {"overrides": [remove("A"), add("B")]},
        {"overrides": [replace(None, "B")]},
        {"swaps": [swap("A", "B")]},
    ],
)
def test_whoever_cannot_be_reached_leaves_the_slot_empty_however_they_came_to_it(given):
    answer = asked(layer("A"), time_off=[away("B")], people={"B": {"reachable": False}}, **given)
    assert on(answer) == []
    assert empty(answer) == ["10:00-11:00 override B unreachable"]
    assert answer["gaps"] == [span("10:00", "11:00")]


def test_an_unreachable_holder_can_be_replaced_again():
    facts = {"B": {"reachable": False}}
    answer = asked(layer("A"), people=facts, overrides=[replace("A", "B"), replace("B", "C")])
    assert (on(answer), empty(answer)) == (["10:00-11:00 C override"], [])


def test_unreachable_is_told_before_time_off_and_under_the_own_layer():
    facts = {"A": {"reachable": False}}
    answer = asked(layer("A"), people=facts, time_off=[away("A", end="10:30")])
    assert empty(answer) == ["10:00-11:00 L A unreachable"]
    back = asked(layer("A"), people=facts, overrides=[replace("A", "B"), replace("B", "A")])
    assert empty(back) == ["10:00-11:00 L A unreachable"]


@settings(max_examples=50, deadline=None)
@given(questions())
def test_without_anything_but_layers_the_shifts_are_those_of_the_layers(question):
    roster, starts_at, ends_at, unavailable = question
    facts = {person: {"reachable": False} for person in unavailable}
    answer = preview({**roster, "people": facts}, starts_at, ends_at)
    told = [tuple(it[key] for key in ("layer", "duty", "people")) for it in answer["shifts"]]
    layers = schedule(roster, starts_at, ends_at, unavailable)
    assert told == [(name, duty, list(people)) for _, _, name, duty, people in layers if people]
