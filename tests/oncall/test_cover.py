"""One row of cover for a duty: every instant told, gaps too, and never another answer than the rota's."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings

from oncall.cover import covers, known_schedule
from oncall.rota import Schedule, TimeOff, on_duty, schedule
from tests.oncall.rosters import layer, of_file, rota, utc
from tests.oncall.strategies import questions

START, END = utc("2026-03-02"), utc("2026-03-09")
DAY = timedelta(days=1)


def row(found):
    return ["".join(it.people) or "-" for it in found]


def test_a_span_in_which_nobody_is_on_is_one_gap():
    assert row(covers(Schedule([], []), (START, END))) == ["-"]


def test_gaps_between_windows_are_told():
    desk = rota(layer("A B", "2026-03-01", "09:00", window="09:00-17:00"))
    found = covers(schedule(desk, START, START + 2 * DAY), (START, START + 2 * DAY))
    assert row(found) == ["-", "B", "-", "A", "-"]


def test_people_of_several_layers_stand_in_one_row():
    both = rota(
        layer("A", "2026-03-01"), layer("B", "2026-03-01", name="M", window="12:00-18:00", handoff="12:00")
    )
    found = covers(schedule(both, START, START + DAY), (START, START + DAY))
    assert row(found) == ["A", "AB", "A"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(questions())
def test_a_row_has_no_hole_and_says_what_the_rota_says(question):
    roster, *span, unavailable = question
    core = of_file(roster)
    known = schedule(core, *span, unavailable=unavailable)
    for duty in {it.duty for it in core.layers}:
        found = covers(known.of_lane(duty, ""), tuple(span))
        assert (found[0].starts_at, found[-1].ends_at) == tuple(span)
        assert all(one.ends_at == two.starts_at for one, two in pairwise(found))
        assert all((one.people, one.absent) != (two.people, two.absent) for one, two in pairwise(found))
        for cover in found[:40]:
            assert cover.people == on_duty(core, cover.starts_at, unavailable=unavailable).get(duty, ())


def test_who_cannot_be_reached_is_left_out_from_now_on_and_named():
    alone = rota(layer("A", "2026-03-01"))
    at = START + DAY
    known = known_schedule(alone, (START, END), at=at, unavailable={"A"})
    found = covers(known, (START, END))
    assert [(it.people, it.absent, it.starts_at) for it in found] == [
        (("A",), (), START),
        ((), ("A",), at),
    ]


def test_the_missing_are_not_named_where_a_higher_rank_is_on():
    ranks = rota(layer("A", "2026-03-01", rank=1), layer("B", "2026-03-01", rank=2, name="M"))
    known = known_schedule(ranks, (START, END), at=START, unavailable={"A"})
    assert [(it.people, it.absent) for it in covers(known, (START, END))] == [(("B",), ())]


def test_a_lower_rank_steps_in_and_the_missing_are_named():
    ranks = rota(layer("A", "2026-03-01", rank=1), layer("B", "2026-03-01", rank=2, name="M"))
    known = known_schedule(ranks, (START, END), at=START, unavailable={"B"})
    assert [(it.people, it.absent) for it in covers(known, (START, END))] == [(("A",), ("B",))]


def test_whoever_is_away_is_told_apart_from_whoever_cannot_be_reached():
    away = TimeOff(person="A", starts_at=START, ends_at=START + DAY)
    known = schedule(
        replace(rota(layer("AB", "2026-01-01")), time_off=(away,)), START, END, unavailable={"B"}
    )
    first, rest = covers(known, (START, END))
    assert (first.people, first.away, first.absent) == ((), ("A",), ("B",))
    assert (rest.people, rest.away, rest.absent) == (("A",), (), ("B",))
