"""What speaks against putting somebody on duty, for one person or for a list to choose from."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Clearance, ContactMethod, User
from oncall import objections
from oncall.actions import time_off
from oncall.models import RequiredSkill
from tests.cast import START
from tests.oncall.stage import layered

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SPAN = START + HOUR, START + 3 * HOUR


@pytest.fixture
def against(cast):
    def codes(person, span=SPAN, roster=None):
        found = objections.against(person, roster=roster or cast.duty, span=span, at=START)
        return [objection.code for objection in found]

    return codes


def away(person, starts, ends):
    told = {"starts_at": START + starts, "ends_at": START + ends, "by": person, "at": START}
    return time_off.enter(person=person, **told)


def test_nothing_speaks_against_somebody_free_and_reachable(cast, against):
    assert against(cast.specialist) == []


def test_being_away_counts_half_open_and_until_they_are_back(cast, against):
    away(cast.specialist, 3 * HOUR, 4 * HOUR)
    assert against(cast.specialist) == []
    early = away(cast.specialist, 2 * HOUR, 4 * HOUR)
    assert against(cast.specialist) == ["away"]
    time_off.end(time_off=early, by=cast.specialist, at=START + HOUR)
    assert against(cast.specialist) == []


def test_being_on_duty_elsewhere_counts_where_pages_go(cast, against):
    layered("week", [cast.specialist], zone="UTC")
    assert against(cast.specialist) == []
    layered("desk", [cast.specialist], zone="UTC", window_start="12:00", window_end="13:00")
    assert against(cast.specialist) == []
    layered("night", [cast.specialist], zone="UTC", window_start="11:00", window_end="13:00")
    assert against(cast.specialist) == ["elsewhere"]


def test_somebody_without_a_verified_way_to_reach_them_is_named(cast, against):
    ContactMethod.objects.filter(person=cast.specialist).update(verified_at=None)
    assert against(cast.specialist) == ["unreachable"]


def test_a_missing_clearance_is_named_for_people(cast):
    RequiredSkill.objects.create(roster=cast.duty, kind="clearance", code="us-data")
    [found] = objections.against(cast.specialist, roster=cast.duty, span=SPAN, at=START)
    assert (found.code, found.words) == (
        "lacks:us-data",
        "Specialist lacks a clearance that this roster asks for: US data.",
    )
    Clearance.objects.create(person=cast.specialist, kind="us-data", evidence="x", valid_from=SPAN[0])
    assert objections.against(cast.specialist, roster=cast.duty, span=SPAN, at=START) == []


def test_a_language_asked_for_is_no_reason_to_refuse_somebody(cast, against):
    RequiredSkill.objects.create(roster=cast.duty, kind="language", code="ru")
    assert against(cast.specialist) == []


def test_one_night_too_many_is_named_with_the_rule(cast):
    one = cast.specialist
    User.objects.filter(pk=one.pk).update(time_zone="UTC")
    nights = {"window_start": "22:00", "window_end": "06:00", "anchor_on": START.date()}
    desk = layered("nights", [one], zone="UTC", **nights, ends_on=START.date() + 7 * DAY)
    eighth, the_day_after = (START + 7 * DAY + 13 * HOUR, START + 7 * DAY + 21 * HOUR), START + 8 * DAY

    def against(span, **told):
        found = objections.against(one, roster=cast.duty, span=span, at=START, **told)
        return [(objection.code, objection.words) for objection in found]

    assert against((the_day_after, the_day_after + 8 * HOUR)) == []
    words = "Specialist: 8 nights on call within two weeks, 7 at most."
    assert against(eighth) == [("rest:nights", words)]
    night = eighth[0] - DAY, eighth[1] - DAY
    assert against(eighth, given_up=[(desk, night)]) == []
    assert against(eighth, given_up=[(cast.duty, night)]) == [("rest:nights", words)]  # not what they had


def test_a_list_costs_what_one_person_costs(cast):
    RequiredSkill.objects.create(roster=cast.duty, kind="clearance", code="us-data")
    for number in range(3):
        layered(f"r{number}", [cast.second, cast.manager])

    def cost(*people):
        with CaptureQueriesContext(connection) as asked:
            found = objections.by_person(people, roster=cast.duty, span=SPAN, at=START)
        assert [objection.code for objection in found[cast.second.pk]].count("elsewhere") >= 1
        return len(asked)

    assert cost(cast.second) == cost(cast.second, cast.manager, cast.on_duty, cast.specialist) == 15
