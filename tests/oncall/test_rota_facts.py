"""Who is on duty when layers stand over one another: working weeks, ranks, duties, absences, versions."""

from datetime import UTC, date, time, timedelta
from itertools import pairwise

import pytest

from oncall.rota import Layer, Turn, final_schedule, next_change, on_duty
from tests.oncall.rosters import layer, local, rota, told, utc

TUE_SAT = "TU WE TH FR SA"
SUN_THU = "SU MO TU WE TH"


def test_tue_sat_and_sun_thu_are_each_anchored_on_their_own_first_day():
    one = rota(layer("A B", "2024-08-06", unit="week", days=TUE_SAT))
    other = rota(layer("C D", "2024-08-04", unit="week", days=SUN_THU))
    assert told(one, "2024-08-04", "2024-08-20", "%d") == ["A 06-11", "B 13-18"]
    assert told(other, "2024-08-04", "2024-08-18", "%d") == ["C 04-09", "D 11-16"]


def working_weeks():
    """Cohorts X and Y that change between the two weeks every week: each takes what the other leaves."""
    return rota(
        layer("X Y", "2024-08-06", unit="week", days=TUE_SAT, name="Tue-Sat"),
        layer("Y X", "2024-08-04", unit="week", days=SUN_THU, name="Sun-Thu"),
    )


@pytest.mark.parametrize(
    ("weekday", "first_week", "second_week"),
    [
        ("Sun", "Y", "X"),
        ("Mon", "Y", "X"),
        ("Tue", "XY", "XY"),
        ("Wed", "XY", "XY"),
        ("Thu", "XY", "XY"),
        ("Fri", "X", "Y"),
        ("Sat", "X", "Y"),
    ],
)
def test_every_weekday_is_somebodys_ordinary_day_and_midweek_is_everybodys(weekday, first_week, second_week):
    weeks = working_weeks()
    noon = utc("2024-08-04T12:00")
    while noon.strftime("%a") != weekday:
        noon += timedelta(days=1)
    assert on_duty(weeks, noon) == {"primary": tuple(first_week)}
    assert on_duty(weeks, noon + timedelta(days=7)) == {"primary": tuple(second_week)}
    assert on_duty(weeks, noon + timedelta(days=14)) == {"primary": tuple(first_week)}


def test_changing_weeks_gives_ten_days_in_a_row_one_way_and_four_days_off_the_other():
    days = [utc("2024-08-06T12:00") + timedelta(days=number) for number in range(15)]
    worked = ["X" in on_duty(working_weeks(), day)["primary"] for day in days]
    assert worked == [True] * 10 + [False] * 4 + [True]


def test_primary_and_secondary_are_both_held_at_every_minute_of_a_year_with_dst():
    around_the_clock = rota(
        layer("A B C", "2026-01-05", "09:00", unit="week", name="first"),
        layer("B C A", "2026-01-05", "09:00", unit="week", name="second", duty="secondary"),
        zone="America/Los_Angeles",
    )
    start, end = utc("2026-02-01"), utc("2027-02-01")
    for duty in ("primary", "secondary"):
        shifts = [it for it in final_schedule(around_the_clock, start, end) if it.duty == duty]
        assert shifts[0].starts_at == start
        assert shifts[-1].ends_at == end
        assert all(one.ends_at == two.starts_at for one, two in pairwise(shifts))


def test_a_higher_rank_covers_a_lower_and_equal_ranks_stand_together():
    ranked = rota(
        layer("A", "2024-08-05", window="10:00-20:00", name="a"),
        layer("B", "2024-08-05", window="12:00-16:00", name="b"),
        layer("C", "2024-08-05", window="15:00-18:00", name="c", rank=2),
    )
    assert told(ranked, "2024-08-05", "2024-08-06", "%H") == ["A 10-15", "B 12-15", "C 15-18", "A 18-20"]
    assert on_duty(ranked, utc("2024-08-05T13:00")) == {"primary": ("A", "B")}


def test_ranks_cover_only_within_one_duty():
    both = rota(
        layer("A", "2024-08-05", name="a"), layer("B", "2024-08-05", name="b", rank=9, duty="secondary")
    )
    assert on_duty(both, utc("2024-08-05T13:00")) == {"primary": ("A",), "secondary": ("B",)}


def test_someone_unavailable_leaves_an_empty_shift_and_does_not_hide_the_layer_below():
    layers = rota(layer("A B", "2024-08-05", name="top", rank=2), layer("C", "2024-08-05", name="under"))
    assert told(layers, "2024-08-05", "2024-08-07", "%d", unavailable={"A"}) == [
        "nobody 05-06",
        "C 05-06",
        "B 06-07",
    ]
    assert on_duty(layers, utc("2024-08-05T12:00"), unavailable={"A"}) == {"primary": ("C",)}


def test_a_group_with_one_of_two_unavailable_still_covers():
    layers = rota(layer("AB", "2024-08-05", name="top", rank=2), layer("C", "2024-08-05", name="under"))
    assert told(layers, "2024-08-05", "2024-08-06", "%d", unavailable={"A"}) == ["B 05-06"]


def test_an_edit_speaks_from_its_instant_and_leaves_the_past_alone():
    edit = utc("2024-08-06T15:00")
    versions = rota(
        layer("A B", "2024-08-05", effective_until=edit), layer("C D", "2024-08-05", effective_from=edit)
    )
    assert told(versions, "2024-08-05", "2024-08-08") == [
        "A 05 00:00-06 00:00",
        "B 06 00:00-06 15:00",
        "D 06 15:00-07 00:00",
        "C 07 00:00-08 00:00",
    ]


def test_an_edit_that_changes_nobody_does_not_cut_the_shift():
    edit = utc("2024-08-05T15:00")
    versions = rota(
        layer("A B", "2024-08-05", effective_until=edit), layer("A D", "2024-08-05", effective_from=edit)
    )
    assert told(versions, "2024-08-05", "2024-08-06", "%d") == ["A 05-06"]


def test_two_layers_with_the_same_person_are_two_shifts():
    halves = rota(
        layer("A", "2024-08-05", window="00:00-12:00", name="early"),
        layer("A", "2024-08-05", window="12:00-20:00", name="late"),
    )
    assert told(halves, "2024-08-05", "2024-08-06", "%H") == ["A 00-12", "A 12-20"]


def test_one_shift_for_one_maximal_span_of_the_same_people():
    assert told(rota(layer("AB BA", "2024-08-05")), "2024-08-05", "2024-08-09", "%d") == ["AB 05-09"]


def test_the_schedule_is_cut_to_its_window_and_told_in_utc():
    daily = rota(layer("A B", "2026-01-01", "09:00"), zone="Asia/Singapore")
    noon = local(daily, "2026-01-05T12:00")
    (shift,) = final_schedule(daily, noon, noon + timedelta(hours=1))
    assert (shift.starts_at, shift.ends_at) == (utc("2026-01-05T04:00"), utc("2026-01-05T05:00"))
    assert shift.starts_at.tzinfo is UTC


def test_a_rota_without_layers_has_nobody():
    assert final_schedule(rota(), utc("2024-08-05"), utc("2024-08-06")) == []
    assert on_duty(rota(), utc("2024-08-05")) == {"primary": ()}
    assert next_change(rota(), utc("2024-08-05")) is None


def test_people_may_be_database_ids():
    turn = {"anchor_on": date(2024, 8, 5), "handoff_time": time(9), "turn": Turn(1, "day")}
    numbered = rota(Layer(name="L", rank=1, groups=((12, 5),), **turn))
    assert on_duty(numbered, utc("2024-08-06")) == {"primary": (5, 12)}


def test_the_next_change_is_the_next_edge_of_any_shift():
    nights = rota(layer("A", "2024-08-05", days="MO", window="20:00-08:00"))
    assert next_change(nights, utc("2024-08-05T20:00")) == utc("2024-08-06T08:00")
    assert next_change(nights, utc("2024-08-06T08:00")) == utc("2024-08-12T20:00")
    assert next_change(rota(layer("A", "2024-08-05")), utc("2024-08-05")) is None
