"""Rosters as those see them who run them: what a screen says is what the rules say."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import ContactMethod
from accounts.roles import Role
from escalations.models import StepTarget
from oncall.models import Override, RequiredSkill, Roster
from tests.cast import HASHED, person
from tests.oncall.rosters import utc
from tests.oncall.rows import roster as rostered
from tests.oncall.sheets import url, words
from tests.oracle.access import ROSTERS, opens

DAY = timedelta(days=1)


@pytest.mark.parametrize("role", [*Role.values, ""])
def test_every_role_opens_what_the_truth_table_says(cast, signed_in, role):
    client = signed_in(person("somebody", role, HASHED))
    layer = cast.duty.layers.first()
    args = {"rosters": [], "roster_add": []} | {
        route: [cast.duty.pk, layer.pk] for route in ("layer_edit", "layer_end")
    }
    for route, (method, _who) in ROSTERS.items():
        answer = client.generic(method, url(route, *args.get(route, [cast.duty.pk])))
        assert answer.status_code == opens(role, route), route


def test_whoever_only_looks_is_offered_nothing_to_change(cast, signed_in):
    client = signed_in(cast.on_duty)
    for address in (url("rosters"), url("roster", cast.duty.pk)):
        page = client.get(address).content.decode()
        assert "/edit/" not in page
        assert "/add/" not in page
        assert "/end/" not in page


@pytest.mark.parametrize("route", ["roster", "roster_edit", "roster_coverage", "layer_add"])
def test_a_roster_that_is_not_there_is_not_found(desk, route):
    assert desk.get(url(route, 999_999)).status_code == 404


def test_the_list_says_who_is_on_and_what_is_missing(cast, desk, set_clock):
    set_clock(utc("2026-03-04T12:00"))
    rostered("days", [cast.second], layer={"window_start": "08:00", "window_end": "20:00"})
    rostered("week", [cast.second], is_paged=False, layer={"window_start": "08:00", "window_end": "20:00"})
    told = words(desk.get(url("rosters")))
    assert "2 of them" not in told
    assert "1 of them has holes in the next 30 days." in told
    assert "Days UTC time Primary Second" in told
    assert "30 gaps" in told
    assert "first Wed 4 Mar, 20:00 – Thu 5 Mar, 08:00" in told
    assert "Week Presence, not paged UTC time Second Covered" in told, "nobody is asked for at night"
    assert "Duty Los Angeles time Primary On-Duty Secondary Second" in told


def test_a_roster_nobody_is_on_says_so_in_the_list(cast, desk):
    ContactMethod.objects.filter(person=cast.on_duty).update(verified_at=None)
    told = words(desk.get(url("rosters")))
    assert "Primary Nobody Secondary Second" in told
    assert re.search(r"1 gap .*?now, until", told)


def test_without_rosters_the_list_says_how_to_begin(cast, desk):
    StepTarget.objects.exclude(roster=None).delete()
    Roster.objects.all().delete()
    assert "Add the first roster" in words(desk.get(url("rosters")))


@pytest.mark.parametrize(
    ("route", "most"),
    [("rosters", 28), ("roster", 32), ("roster_coverage", 26), ("roster_edit", 32), ("layer_add", 30)],
)
def test_the_cost_of_a_screen_does_not_grow_with_rosters_or_people(cast, desk, route, most):
    args = [] if route == "rosters" else [cast.duty.pk]
    address = url(route, *args)
    desk.get(address)

    def ask() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(address).status_code == 200
        return len(asked)

    before = ask()
    for number in range(3):
        rostered(f"r{number}", [cast.on_duty, [cast.second, cast.manager], cast.specialist])
    rostered("duty", [cast.specialist, cast.manager], of=cast.duty, name="More", layer={"rank": 3})
    assert ask() == before <= most


def test_a_roster_shows_its_layers_needs_and_what_was_changed_by_hand(cast, desk, chief, set_clock):
    at = utc("2026-03-04T12:00")
    set_clock(at)
    RequiredSkill.objects.create(roster=cast.duty, kind="clearance", code="terror", count=2)
    told = {"made_at": at, "made_by": chief, "reason": "Court date"}
    span = {"starts_at": at + DAY, "ends_at": at + 2 * DAY}
    Override.objects.create(
        roster=cast.duty, kind="replace", person=cast.on_duty, by=cast.specialist, **told, **span
    )
    page = words(desk.get(url("roster", cast.duty.pk)))
    assert "At least 2 people: clearance Terrorism" in page
    assert (
        "Specialist instead of On-Duty Thu 5 Mar, 12:00 – Fri 6 Mar, 12:00 decided by Chief · Court date"
        in page
    )
    assert "On around the clock. Turns of 1 week, handed over at 09:00, counted from 6 January 2020." in page
    assert "Skill missing Primary: too few with clearance Terrorism" in page


def test_each_part_of_a_roster_says_whose_times_it_tells(cast, desk, chief):
    RequiredSkill.objects.create(
        roster=cast.duty, kind="language", code="zh", window_start="08:00", window_end="20:00"
    )
    Roster.objects.update(zone="Europe/Dublin")
    chief.time_zone = "America/Los_Angeles"
    chief.save()
    page = words(desk.get(url("roster", cast.duty.pk)))
    assert "Times in Los Angeles." in page
    assert "Layers are written in Dublin time." in page
    assert "At least 1 person: Chinese, 08:00 – 20:00 Dublin time" in page
    assert "Times in America/Los_Angeles" not in page
    Roster.objects.update(zone="America/Los_Angeles")
    assert "Layers are written in" not in words(desk.get(url("roster", cast.duty.pk)))


def test_the_painted_weeks_are_the_engines(cast, desk, set_clock):
    set_clock(utc("2026-03-04T12:00"))
    roster = rostered(
        "days", [cast.second, cast.manager], layer={"window_start": "08:00", "window_end": "20:00"}
    )
    page = desk.get(url("roster", roster.pk))
    drawn = re.findall(r'<div class="board-words"( data-kind="gap")? title="([^"]*)"', page.content.decode())
    assert [name for _gap, name in drawn[:4]] == ["Second", "Nobody", "Manager", "Nobody"]
    assert 'aria-hidden="true"' in page.content.decode()
    assert "Second Wed 4 Mar, 12:00 – 20:00 Nobody Wed 4 Mar, 20:00 – Thu 5 Mar, 08:00" in words(page)


def test_coverage_tells_shares_and_every_hole_over_any_days(cast, desk, set_clock):
    set_clock(utc("2026-03-04T12:00"))
    roster = rostered("days", [cast.specialist], layer={"window_start": "08:00", "window_end": "20:00"})
    page = words(desk.get(url("roster_coverage", roster.pk) + "?since=2026-03-02&until=2026-03-11"))
    assert "Primary 50 % 240 h 120 h – –" in page
    assert "What is missing 11" in page
    assert page.count("Gap Primary: nobody") == 11


def test_a_year_is_painted_month_by_month_and_listed_by_the_page(cast, desk, set_clock):
    set_clock(utc("2026-03-04T12:00"))
    roster = rostered("days", [cast.specialist], layer={"window_start": "08:00", "window_end": "20:00"})
    address = url("roster_coverage", roster.pk) + "?since=2026-01-01&until=2026-12-31&kind=gap"
    page = desk.get(address)
    assert page.content.decode().count('class="month-title"') == 12
    assert "Page 1 of 4" in words(page)
    assert words(desk.get(address + "&page=4")).count("Gap Primary: nobody") == 62


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?since=2026-03-08&until=2026-03-07", "The last day comes before the first."),
        ("?since=2026-03-08&until=2027-03-10", "Choose a year at most."),
        ("?since=tomorrow", "Write a date as 2026-03-08."),
        ("?until=0001-01-01", "Choose a day between 2000 and 2100."),
        ("?since=2200-01-01&until=2200-02-01", "Choose a day between 2000 and 2100."),
    ],
)
def test_days_that_cannot_be_meant_are_refused_at_their_field(cast, desk, query, sentence):
    answer = desk.get(url("roster_coverage", cast.duty.pk) + query)
    assert (answer.status_code, sentence in words(answer)) == (422, True)


def test_the_last_year_there_is_opens_too(cast, desk):
    for query in (
        "?since=2100-12-01&until=2100-12-31",
        "?since=2000-01-01&until=2000-12-31&kind=nonsense&page=x",
    ):
        assert desk.get(url("roster_coverage", cast.duty.pk) + query).status_code == 200
