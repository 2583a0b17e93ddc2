"""What people change about a schedule: overrides, swaps, time off, by the facts of the on-call model."""

import pytest

from oncall.rota import Override, RotaError, Swap, TimeOff, on_duty, schedule
from tests.oncall.rosters import layer, rota, shown, told, utc

DAY = "2026-03-02"


def at(clock, day=DAY):
    return utc(f"{day}T{clock}")


def override(kind, starts, ends, person=None, by=None, **more):
    return Override(kind=kind, person=person, by=by, starts_at=at(starts), ends_at=at(ends), **more)


def morning(*changes, **more):
    """A is on from 08:00 to 10:00."""
    return rota(layer("A", "2026-03-01", window="08:00-10:00", handoff="08:00"), overrides=changes, **more)


def day(core, starts="08:00", ends="09:00"):
    return told(core, f"{DAY}T{starts}", f"{DAY}T{ends}", "%H:%M")


def test_a_replacement_acts_within_its_span_and_no_longer():
    core = morning(override("replace", "08:30", "08:45", "A", "B"))
    assert day(core) == ["A 08:00-08:30", "B 08:30-08:45", "A 08:45-09:00"]


def test_somebody_added_stands_beside():
    core = morning(override("add", "08:30", "08:45", by="B"))
    assert day(core) == ["A 08:00-09:00", "B 08:30-08:45"]


def test_somebody_removed_leaves_a_gap():
    core = morning(override("remove", "08:30", "08:45", "A"))
    assert day(core) == ["A 08:00-08:30", "A 08:45-09:00"]
    assert on_duty(core, at("08:30")) == {"primary": ()}


def test_the_latest_wins_also_over_an_earlier_override():
    core = morning(
        override("replace", "08:00", "09:00", "A", "B"), override("replace", "08:30", "09:30", "A", "C")
    )
    assert day(core, "08:00", "10:00") == ["B 08:00-08:30", "C 08:30-09:30", "A 09:30-10:00"]


def test_whoever_holds_a_slot_by_an_override_can_be_replaced_in_turn():
    core = morning(
        override("replace", "08:00", "09:00", "A", "B"), override("replace", "08:30", "09:00", "B", "C")
    )
    assert day(core) == ["B 08:00-08:30", "C 08:30-09:00"]


def test_replacing_one_person_does_nothing_where_they_have_no_slot():
    core = morning(
        override("replace", "07:00", "11:00", "A", "B"), override("replace", "08:00", "10:00", "X", "Y")
    )
    assert day(core, "07:00", "11:00") == ["B 08:00-10:00"]


def test_replacing_everybody_fills_the_gaps_too():
    core = morning(override("replace", "07:00", "11:00", None, "B"))
    assert day(core, "06:00", "12:00") == ["B 07:00-11:00"]


def test_an_override_of_one_duty_leaves_the_other_alone():
    layers = (layer("A", "2026-03-01"), layer("C", "2026-03-01", name="second", duty="secondary"))
    core = rota(*layers, overrides=(override("replace", "08:00", "09:00", None, "B", duty="secondary"),))
    assert on_duty(core, at("08:00")) == {"primary": ("A",), "secondary": ("B",)}


def swap(giver, taker, starts, ends):
    return Swap(giver=giver, taker=taker, starts_at=at(starts), ends_at=at(ends))


def test_a_swap_changes_the_part_of_the_shift_it_covers():
    core = rota(layer("A", "2026-03-01", window="12:00-15:00"), swaps=(swap("A", "B", "13:00", "18:00"),))
    assert day(core, "10:00", "20:00") == ["A 12:00-13:00", "B 13:00-15:00"]


def test_a_swap_gives_only_what_the_giver_still_holds():
    core = morning(override("replace", "08:00", "10:00", "A", "C"), swaps=(swap("A", "B", "08:00", "10:00"),))
    assert day(core, "08:00", "10:00") == ["C 08:00-10:00"]


def away(person, starts, ends):
    return TimeOff(person=person, starts_at=at(starts), ends_at=at(ends))


def test_time_off_leaves_a_slot_empty_with_its_reason_and_hides_no_lower_layer():
    ranks = (layer("A", "2026-03-01", name="top", rank=2), layer("C", "2026-03-01", name="under"))
    core = rota(*ranks, time_off=(away("A", "08:30", "09:00"),))
    assert day(core, "08:00", "09:30") == [
        "A 08:00-08:30",
        "nobody 08:30-09:00",
        "C 08:30-09:00",
        "A 09:00-09:30",
    ]
    (empty,) = schedule(core, at("08:00"), at("09:30")).empty
    assert (empty.person, empty.layer, empty.reason) == ("A", "top", "time_off")


def test_a_slot_whose_person_is_away_can_be_given_to_somebody_whichever_came_first():
    core = morning(override("replace", "08:00", "10:00", "A", "B"), time_off=(away("A", "07:00", "11:00"),))
    assert day(core, "08:00", "10:00") == ["B 08:00-10:00"]
    swapped = morning(time_off=(away("A", "07:00", "11:00"),), swaps=(swap("A", "B", "08:00", "10:00"),))
    assert day(swapped, "08:00", "10:00") == ["B 08:00-10:00"]


def test_whoever_is_put_on_duty_by_hand_stands_although_they_are_away():
    core = morning(override("replace", "08:00", "10:00", "A", "B"), time_off=(away("B", "07:00", "11:00"),))
    assert day(core, "08:00", "10:00") == ["B 08:00-10:00"]


def test_whoever_cannot_be_reached_leaves_the_slot_empty_however_they_came_to_it():
    core = morning(override("replace", "08:00", "10:00", "A", "B"))
    assert on_duty(core, at("08:30"), unavailable={"B"}) == {"primary": ()}
    (empty,) = schedule(core, at("08:00"), at("10:00"), unavailable={"B"}).empty
    assert (empty.person, empty.layer, empty.reason) == ("B", "override", "unreachable")


def test_a_temporary_roster_has_nobody_outside_its_time():
    core = morning(override("add", "07:00", "11:00", by="B"), begins_at=at("08:30"), ends_at=at("09:30"))
    assert day(core, "07:00", "11:00") == ["A 08:30-09:30", "B 08:30-09:30"]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("kind", {"kind": "give", "by": "B"}),
        ("by", {"kind": "replace", "person": "A"}),
        ("by", {"kind": "remove", "person": "A", "by": "B"}),
        ("person", {"kind": "add", "person": "A", "by": "B"}),
        ("duty", {"kind": "add", "by": "B", "duty": "third"}),
        ("ends_at", {"kind": "add", "by": "B", "ends_at": utc("2026-03-02T08:00")}),
        ("starts_at", {"kind": "add", "by": "B", "starts_at": utc("2026-03-02").replace(tzinfo=None)}),
    ],
)
def test_what_cannot_be_an_override_is_refused_by_its_field(field, wrong):
    with pytest.raises(RotaError) as refused:
        Override(**{"starts_at": at("08:00"), "ends_at": at("09:00"), **wrong})
    assert refused.value.field == field


def test_nobody_swaps_with_themselves():
    with pytest.raises(RotaError, match="two people"):
        swap("A", "A", "08:00", "09:00")


def test_times_are_told_in_the_zone_of_the_roster():
    core = rota(
        layer("A", "2026-10-01", window="22:00-01:30"),
        zone="America/Los_Angeles",
    )
    (shift,) = schedule(core, utc("2026-11-01T00:00"), utc("2026-11-02T00:00")).shifts
    assert (shown(core, shift.starts_at, "%H:%M"), shift.ends_at) == ("22:00", utc("2026-11-01T09:30"))
