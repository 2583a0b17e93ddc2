"""`/api/rosters/<slug>/schedule/`, `/coverage/` and `/api/on-duty/`: the same answer as the preview of the same rules
in a file, and so as the engine."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import clock
from accounts.models import ContactMethod
from oncall.models import Participant
from oncall.preview import preview, written
from tests.oncall.stored import address, store
from tests.oncall.strategies import MINUTE, roster_files

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVERYBODY = "ABCDEF"


def by_address(told):
    """A preview with its people by their addresses, as the API has them."""
    for shift in told["shifts"]:
        shift["people"] = [address(name) for name in shift["people"]]
    for empty in told["empty"]:
        empty["person"] = address(empty["person"])
    told["on_duty"]["people"] = [address(name) for name in told["on_duty"]["people"]]
    return told


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(roster_files(), st.integers(0, 36 * 60))
def test_the_api_tells_what_the_preview_of_the_same_file_tells(call, cast, chief, question, minutes):
    cast.token(chief)  # made before, so that no example takes it back
    data, starts_at, ends_at = question
    for facts in data.get("people", {}).values():
        facts.pop("reachable", None)  # the API tells the past as it was planned; a file knows no past
    data["is_paged"] = True
    at = starts_at + minutes * MINUTE
    with transaction.atomic():
        roster = store(data, everybody=EVERYBODY, owner=cast.manager)
        span = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
        told = call("get", "rosters/filed/schedule/", **span, at=at.isoformat()).json()
        duties = call("get", "on-duty/", roster=roster.slug, at=at.isoformat()).json()["rosters"][0]["duties"]
        transaction.set_rollback(True)
    expected = by_address(preview(data, starts_at, ends_at, at=at))
    assert told == expected
    assert sorted({one for people in duties.values() for one in people}) == expected["on_duty"]["people"]


def ask(call, what, starts_at, ends_at, **more):
    span = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    return call("get", f"rosters/duty/{what}/", **span, **more)


def test_whoever_cannot_be_reached_is_missing_from_now_on_and_the_past_stays(call, cast):
    ContactMethod.objects.filter(person=cast.on_duty).update(verified_at=None)
    now = clock.now()
    told = ask(call, "schedule", now - DAY, now + DAY).json()
    [before] = [it for it in told["shifts"] if it["duty"] == "primary"]
    assert (before["people"], before["starts_at"]) == ([cast.on_duty.email], written(now - DAY))
    [empty] = told["empty"]
    assert (empty["person"], empty["reason"]) == (cast.on_duty.email, "unreachable")
    assert before["ends_at"] == empty["starts_at"] == told["gaps"][0]["starts_at"]
    for at, people in ((now - HOUR, [cast.on_duty.email]), (now + HOUR, [])):
        duties = call("get", "on-duty/", at=at.isoformat()).json()["rosters"][0]["duties"]
        assert duties == {"primary": people, "secondary": [cast.second.email]}


def test_a_shift_that_goes_on_is_one_shift_though_somebody_else_cannot_be_reached(call, cast):
    ContactMethod.objects.filter(person=cast.on_duty).update(verified_at=None)
    now = clock.now()
    told = ask(call, "schedule", now - DAY, now + DAY).json()
    [shift] = [it for it in told["shifts"] if it["duty"] == "secondary"]
    assert (shift["starts_at"], shift["ends_at"]) == (written(now - DAY), written(now + DAY))


def test_coverage_tells_holes_by_duty_and_who_cannot_be_reached(call, cast):
    now = clock.now()
    assert ask(call, "coverage", now, now + DAY).json() == {
        "is_covered": True, "holes": [], "empty": [], "unreachable": []
    }  # fmt: skip
    ContactMethod.objects.filter(person=cast.second).update(verified_at=None)
    call("patch", "rosters/duty/", {"version": 1, "depth": 2, "require": [{"skill": "language:ru"}]})
    told = ask(call, "coverage", now, now + DAY).json()
    assert (told["is_covered"], told["unreachable"]) == (False, [cast.second.email])
    assert {(it["kind"], it["duty"], it["have"], it["need"]) for it in told["holes"]} >= {
        ("thin", "primary", 1, 2), ("gap", "secondary", 0, 2), ("unskilled", "primary", 0, 0)
    }  # fmt: skip


def test_a_roster_without_anybody_is_one_gap(call, cast):
    Participant.objects.all().delete()
    now = clock.now()
    told = ask(call, "schedule", now, now + 365 * DAY).json()
    assert told["gaps"] == [{"starts_at": written(now), "ends_at": written(now + 365 * DAY)}]


@pytest.mark.parametrize("what", ["schedule", "coverage"])
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"starts_at": "2026-03-01T00:00:00Z"}, "ends_at"),
        ({"starts_at": "2026-03-01T00:00:00Z", "ends_at": "2026-03-01T00:00:00Z"}, "ends_at"),
        ({"starts_at": "2026-03-01T00:00:00Z", "ends_at": "2027-03-04T00:00:00Z"}, "ends_at"),
        ({"starts_at": "2026-03-01T00:00:00", "ends_at": "2026-03-04T00:00:00Z"}, "starts_at"),
        ({"starts_at": "1066-10-14T00:00:00Z", "ends_at": "1066-10-15T00:00:00Z"}, "starts_at"),
        ({"starts_at": "1970-01-01T00:00:00+14:00", "ends_at": "1970-01-02T00:00:00Z"}, "starts_at"),
        ({"starts_at": "2200-12-31T00:00:00Z", "ends_at": "2200-12-31T23:00:00-05:00"}, "ends_at"),
        ({"starts_at": "soon", "ends_at": "2026-03-04T00:00:00Z"}, "starts_at"),
        ({"from": "x", "starts_at": "2026-03-01T00:00:00Z", "ends_at": "2026-03-04T00:00:00Z"}, "from"),
    ],
)
def test_a_window_that_cannot_be_names_the_field(call, what, query, field):
    answer = call("get", f"rosters/duty/{what}/", **query)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


@pytest.mark.parametrize(("query", "field"), [({"at": "noon"}, "at"), ({"roster": "nowhere"}, "roster")])
def test_on_duty_names_the_field_it_cannot_mean(call, query, field):
    answer = call("get", "on-duty/", **query)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_an_absent_roster_is_404(call):
    now = clock.now()
    assert call("get", "rosters/nowhere/").status_code == 404
    span = {"starts_at": now.isoformat(), "ends_at": (now + DAY).isoformat()}
    assert call("get", "rosters/nowhere/schedule/", **span).status_code == 404


def test_what_a_schedule_costs_does_not_depend_on_its_length(call, cast, chief, django_assert_num_queries):
    cast.token(chief)
    now = clock.now()
    for days in (1, 365):
        with django_assert_num_queries(20):
            ask(call, "schedule", now, now + days * DAY)
        with django_assert_num_queries(20):
            ask(call, "coverage", now, now + days * DAY)
    with django_assert_num_queries(11):
        call("get", "on-duty/")
