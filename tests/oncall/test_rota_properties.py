"""The rota core against an oracle that walks the minutes: random rosters, ten zones, five years of DST."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oncall.rota import final_schedule, next_change, on_duty
from tests.oncall.rosters import of_file
from tests.oncall.strategies import MINUTE, clock_changes, questions
from tests.oracle import rota as oracle

settings.register_profile(
    "rota", max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
profile = settings(settings.get_profile("rota"))
fewer = settings(profile, max_examples=100)  # the engine against itself

checked = Counter()  # printed at the end of the run by this folder's conftest


def people_at(shifts, at):
    """The people of the shifts that contain an instant, by duty."""
    on = {}
    for shift in shifts:
        if shift.starts_at <= at < shift.ends_at:
            on[shift.duty] = on.get(shift.duty, set()) | set(shift.people)
    return {duty: tuple(sorted(people)) for duty, people in on.items() if people}


@profile
@given(questions())
def test_the_schedule_is_the_oracles_to_the_minute(question):
    roster, starts_at, ends_at, unavailable = question
    shifts = final_schedule(of_file(roster), starts_at, ends_at, unavailable=unavailable)
    told = [(it.starts_at, it.ends_at, it.layer, it.duty, it.people) for it in shifts]
    assert told == oracle.schedule(roster, starts_at, ends_at, unavailable)
    checked["schedules equal to the oracle's"] += 1
    checked["of these schedules with somebody on duty"] += bool(told)
    checked["of these schedules through a change of the clocks"] += any(
        starts_at < at < ends_at for at in clock_changes(roster["zone"])
    )


@fewer
@given(questions(), st.data())
def test_on_duty_is_what_the_schedule_says_at_every_instant(question, data):
    roster, starts_at, ends_at, unavailable = question
    rota = of_file(roster)
    shifts = final_schedule(rota, starts_at, ends_at, unavailable=unavailable)
    edges = [edge for shift in shifts for edge in (shift.starts_at, shift.ends_at)]
    instants = {at + step for at in edges for step in (-timedelta.resolution, timedelta(0))}
    instants.add(starts_at + data.draw(st.integers(0, int((ends_at - starts_at) / MINUTE) - 1)) * MINUTE)
    for at in (at for at in instants if starts_at <= at < ends_at):
        now = on_duty(rota, at, unavailable=unavailable)
        assert {duty: people for duty, people in now.items() if people} == people_at(shifts, at)
        checked["instants asked"] += 1


@fewer
@given(questions(), st.integers(0, 60 * 24 * 20), st.integers(0, 60 * 24 * 20))
def test_a_window_is_the_clip_of_a_wider_one(question, before, after):
    roster, starts_at, ends_at, unavailable = question
    rota = of_file(roster)
    wide = final_schedule(
        rota, starts_at - before * MINUTE, ends_at + after * MINUTE, unavailable=unavailable
    )
    clipped = [
        (max(it.starts_at, starts_at), it.layer, it.duty, it.people, min(it.ends_at, ends_at))
        for it in wide
        if it.starts_at < ends_at and it.ends_at > starts_at
    ]
    narrow = final_schedule(rota, starts_at, ends_at, unavailable=unavailable)
    assert [(it.starts_at, it.layer, it.duty, it.people, it.ends_at) for it in narrow] == sorted(clipped)
    checked["windows clipped"] += 1


@fewer
@given(questions())
def test_a_layer_never_overlaps_itself_and_never_cuts_a_shift_for_nothing(question):
    roster, starts_at, ends_at, unavailable = question
    shifts = final_schedule(of_file(roster), starts_at, ends_at + timedelta(days=9), unavailable=unavailable)
    assert shifts == sorted(shifts, key=lambda it: (it.starts_at, it.layer))
    assert all(it.starts_at < it.ends_at for it in shifts)
    for one, two in pairwise(sorted(shifts, key=lambda it: (it.layer, it.starts_at))):
        if one.layer == two.layer:
            assert one.ends_at <= two.starts_at
            assert one.ends_at < two.starts_at or (one.people, one.duty) != (two.people, two.duty)
    checked["layers without overlap"] += 1


@fewer
@given(questions())
def test_the_next_change_is_the_first_edge_of_the_schedule(question):
    roster, starts_at, _, unavailable = question
    rota = of_file(roster)
    until = starts_at + timedelta(days=20)
    shifts = final_schedule(rota, starts_at, until, unavailable=unavailable)
    edges = {edge for it in shifts for edge in (it.starts_at, it.ends_at) if starts_at < edge < until}
    change = next_change(rota, starts_at, unavailable=unavailable)
    assert change == min(edges) if edges else change is None or change >= until
    checked["next changes"] += 1
