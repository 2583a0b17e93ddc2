"""Which method when: a person's rules, what stands in for them, and the hours they sleep."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.notify import Planned, Quiet, Way, next_untried, plan

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NIGHT = Quiet(time(22), time(7), UTC)
MAIL, TEXT, CALL = Way(1, "email"), Way(2, "sms"), Way(3, "voice", loud=True)


def planned(urgency="high", severity=1, ways=(MAIL, TEXT, CALL), quiet=None, at=NOON):
    made = plan(urgency=urgency, severity=severity, ways=ways, quiet=quiet, at=at)
    return [(one.way.method, (one.due_at - at).total_seconds()) for one in made]


def test_without_rules_a_page_goes_to_one_method_after_the_other():
    assert planned() == [(1, 0), (2, 60), (3, 120)]


def test_rules_say_when_and_leave_out_whatever_has_none():
    ways = (Way(1, "email"), Way(2, "sms", delay=60), Way(3, "push", delay=0))
    assert planned(ways=ways) == [(3, 0), (2, 60)]


def test_a_notice_takes_one_method_and_rings_nobody_while_there_is_another():
    assert planned("notice", None, (CALL, TEXT, MAIL)) == [(2, 0)]
    assert planned("notice", None, (CALL,)) == [(3, 0)]


def test_nobody_can_be_planned_for_without_a_method():
    assert planned(ways=()) == []


@pytest.mark.parametrize("severity", [0, 1])
def test_the_worst_wakes_people(severity):
    at = NOON.replace(hour=3)
    assert planned(severity=severity, quiet=NIGHT, at=at)[0] == (1, 0)


@pytest.mark.parametrize(("urgency", "severity"), [("high", 2), ("low", 4), ("low", None), ("notice", None)])
def test_what_can_wait_is_kept_until_they_are_awake_and_their_delays_begin_then(urgency, severity):
    at = NOON.replace(hour=3)
    first, *more = planned(urgency, severity, quiet=NIGHT, at=at)
    assert first == (1, 4 * 3600)
    assert more in ([], [(2, 4 * 3600 + 60), (3, 4 * 3600 + 120)])


def test_what_falls_into_the_quiet_hours_waits_though_it_began_before():
    at = NOON.replace(hour=21, minute=59, second=30)
    assert planned(severity=3, quiet=NIGHT, at=at)[:2] == [(1, 0), (2, 9 * 3600 + 30)]


def test_somebody_trying_a_method_out_is_awake():
    assert planned("check", None, (MAIL,), NIGHT, NOON.replace(hour=3)) == [(1, 0)]


def test_a_day_that_is_quiet_throughout_is_told_once():
    always = Quiet(time(9), time(9), UTC)
    assert always.past(NOON) == NOON.replace(day=3, hour=9)


def test_an_hour_that_is_shown_twice_is_slept_through_twice():
    """01:30 comes at 08:30 and again at 09:30 UTC."""
    zone = ZoneInfo("America/Los_Angeles")
    quiet = Quiet(time(22), time(1, 30), zone)
    second = datetime(2026, 11, 1, 9, 15, tzinfo=UTC)
    assert quiet.past(second) == datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


@given(
    starts=st.times(),
    ends=st.times(),
    zone=st.sampled_from(["UTC", "Europe/Dublin", "America/Los_Angeles", "Australia/Lord_Howe"]),
    minutes=st.integers(0, 4 * 366 * 24 * 60),
)
def test_quiet_hours_always_end_within_a_day(starts, ends, zone, minutes):
    at = NOON + timedelta(minutes=minutes)
    quiet = Quiet(starts, ends, ZoneInfo(zone))
    past = quiet.past(at)
    assert at <= past <= at + timedelta(hours=25)
    assert (past == at) == (not quiet.holds_at(at))


def test_a_method_nobody_tried_stands_in_but_not_for_a_check():
    ways = [MAIL, CALL, TEXT]
    assert next_untried("high", ways, {1}) == CALL
    assert next_untried("notice", ways, {1}) == TEXT
    assert next_untried("high", ways, {1, 2, 3}) is None
    assert next_untried("check", ways, set()) is None


def test_a_plan_is_plain_values():
    assert plan(urgency="check", severity=None, ways=[MAIL], quiet=None, at=NOON) == [Planned(MAIL, NOON)]
