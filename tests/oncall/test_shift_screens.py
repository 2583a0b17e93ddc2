"""One shift: pressed on a calendar, looked at, and changed in one press more; by whoever may, and by nobody else."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import clock
from accounts.models import User
from oncall.models import Override, RequiredSkill, Swap
from tests.oncall.rosters import utc
from tests.oncall.stage import layered, plan
from tests.oncall.test_screens import words

NOON = utc("2026-03-02T12:00")
HOUR = timedelta(hours=1)
SHIFT = "/on-duty/desk/shift/"
TODAY, TOMORROW, THEN = "2026-03-02T13:00:00Z", "2026-03-03T12:00:00Z", "2026-03-04T12:00:00Z"
DAY = utc("2026-03-03T00:00"), utc("2026-03-04T00:00")


@pytest.fixture
def desk(cast, pass_time):
    """Manager, specialist, second, day by day from midnight UTC; it is noon on the manager's day."""
    pass_time(NOON - clock.now())
    people = [cast.manager, cast.specialist, cast.second]
    # Where midnight in UTC is no night: a day more is a night more, and within what rest allows.
    User.objects.filter(pk=cast.second.pk).update(time_zone="America/Los_Angeles")
    return layered("desk", people, zone="UTC", handoff_time="00:00", anchor_on="2026-03-02")


@pytest.fixture
def by(cast, signed_in):
    """Somebody at the shift of tomorrow, which is the specialist's, unless told: `by(cast.manager).get()`."""

    class Visitor:
        def __init__(self, person):
            self.client = signed_in(person)

        def get(self, at=TOMORROW, lane="primary", status=200):
            response = self.client.get(SHIFT, {"lane": lane, "at": at})
            assert response.status_code == status
            return words(response.content.decode())

        def post(self, path, at=TOMORROW, status=302, **told):
            response = self.client.post(path, {"lane": "primary", "at": at} | told)
            assert response.status_code == status
            return response if status == 302 else words(response.content.decode())

        def override(self, **told):
            return self.post("/overrides/desk/", **told)

        def offer(self, **told):
            return self.post("/swaps/desk/offer/", **told)

    return Visitor


def test_a_shift_says_whose_it_is_and_from_when_to_when(desk, by, cast):
    told = by(cast.on_duty).get()
    assert "Desk / Primary Specialist Tue 3 Mar, 00:00 – Wed 4 Mar, 00:00 in 11 h" in told
    assert "Put on duty" not in told
    assert "Whoever has this shift can offer it" in told


@pytest.mark.parametrize(
    ("slug", "lane", "at"),
    [
        ("nowhere", "primary", TOMORROW),
        ("desk", "tertiary", TOMORROW),
        ("desk", "", TOMORROW),
        ("desk", "primary", ""),
        ("desk", "primary", "tomorrow"),
        ("desk", "primary", "2026-03-03T12:00:00"),
        ("desk", "primary", "1970-01-01T00:00:00Z"),
        ("desk", "primary", "2200-12-31T00:00:00Z"),
        ("desk", "primary", "9" * 3000),
        ("desk", "\0", TOMORROW),
    ],
)
def test_what_names_no_shift_is_not_found(desk, cast, signed_in, slug, lane, at):
    answer = signed_in(cast.manager).get(f"/on-duty/{slug}/shift/", {"lane": lane, "at": at})
    assert answer.status_code == 404


def test_the_outsider_sees_no_shift_and_changes_none(desk, cast, by):
    for path in ("/overrides/desk/", "/swaps/desk/offer/", "/swaps/desk/ask/", "/overrides/1/end/"):
        by(cast.outsider).post(path, status=403)
    by(cast.outsider).get(status=403)
    assert Client().get(SHIFT).status_code == 302


def test_a_responder_overrides_nobody(desk, cast, by):
    by(cast.second).override(stand_in=cast.second.pk, status=403)
    assert not Override.objects.exists()


def test_pressing_a_shift_and_then_a_name_is_all_it_takes(desk, cast, by, signed_in):
    calendar = signed_in(cast.manager).get("/on-duty/?view=week&roster=desk").content.decode()
    link = re.search(
        r'data-shift href="([^"]*)" aria-label="Specialist, Desk · Primary, from Tue 3', calendar
    )
    sheet = html.unescape(signed_in(cast.manager).get(html.unescape(link[1])).content.decode())
    fields = dict(re.findall(r'<input type="hidden" name="(lane|at|next)" value="([^"]*)"', sheet))
    assert f'name="stand_in" value="{cast.second.pk}"' in sheet
    cast.duty.layers.all().delete()  # or else Second is on duty there
    answer = signed_in(cast.manager).post("/overrides/desk/", fields | {"stand_in": cast.second.pk})
    assert answer.status_code == 302
    assert plan(desk, *DAY) == ["Second 03 00:00-04 00:00"]
    assert Override.objects.get().duty == "primary"


def test_one_goes_on_where_one_came_from_on_this_site_alone(desk, cast, by):
    cast.duty.layers.all().delete()
    told = {"stand_in": cast.second.pk, "next": "/on-duty/?view=week"}
    assert by(cast.manager).override(**told)["Location"] == "/on-duty/?view=week"
    told |= {"stand_in": cast.on_duty.pk, "next": "https://elsewhere.example/"}
    elsewhere = by(cast.manager).override(**told)["Location"]
    assert elsewhere.startswith(SHIFT + "?lane=primary&at=2026-03-03T00")


def test_what_speaks_against_somebody_is_said_and_the_decision_is_named(desk, cast, by):
    RequiredSkill.objects.create(roster=desk, kind="clearance", code="us-data")
    shown = by(cast.manager).get()
    assert "Second Second is on another duty then: Duty, secondary. Second lacks a clearance" in shown
    refused = by(cast.manager).override(stand_in=cast.second.pk, status=422)
    assert "Put Second on duty anyway. It is kept as decided by Manager." in refused
    assert not Override.objects.exists()
    by(cast.manager).override(stand_in=cast.second.pk, anyway="on")
    assert Override.objects.get().acknowledged == ["elsewhere", "lacks:us-data"]
    told = by(cast.manager).get()
    assert "Decided anyway by Manager: on duty elsewhere, lacks the clearance US data" in told


def test_an_answer_without_scripts_leads_back_to_the_calendar_and_stands_below_on_duty(desk, cast, signed_in):
    told = {"lane": "primary", "at": TOMORROW, "stand_in": cast.second.pk}
    answer = signed_in(cast.manager).post("/overrides/desk/", told)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="/on-duty/?view=week&amp;on=2026-03-03">On duty</a>' in page
    assert re.search(r'<a href="/on-duty/"[^>]*aria-current="true"', page)


def test_part_of_a_shift_is_entered_in_the_viewers_own_time(desk, cast, by):
    cast.manager.time_zone = "America/Los_Angeles"
    cast.manager.save()
    cast.duty.layers.all().delete()
    by(cast.manager).override(
        stand_in=cast.second.pk, starts_at="2026-03-02T22:00", ends_at="2026-03-03T01:00", reason="Dentist"
    )
    assert plan(desk, *DAY) == [
        "Specialist 03 00:00-03 06:00",
        "Second 03 06:00-03 09:00",
        "Specialist 03 09:00-04 00:00",
    ]
    assert "Second instead of Specialist" in by(cast.on_duty).get("2026-03-03T07:00:00Z")
    assert "Dentist" in by(cast.on_duty).get("2026-03-03T07:00:00Z")


def test_a_time_the_clocks_show_twice_stays_what_it_was_unless_it_is_touched(cast, by, pass_time):
    cast.duty.layers.all().delete()
    pass_time(utc("2026-10-30T12:00") - clock.now())
    night = layered(
        "desk", [cast.specialist], zone="America/Los_Angeles", handoff_time="00:00",
        window_start="00:00", window_end="01:30",
    )  # fmt: skip
    layered("desk", [cast.second], roster=night, name="Other", duty="secondary", handoff_time="00:00")
    cast.manager.time_zone = "America/Los_Angeles"
    cast.manager.save()
    by(cast.manager).override(
        at="2026-11-01T07:30:00Z",
        stand_in=cast.reporter.pk,
        starts_at="2026-11-01T00:00",
        ends_at="2026-11-01T01:30",
        anyway="on",
        status=422,
    )  # the reporter may not be on duty at all
    by(cast.manager).override(
        at="2026-11-01T07:30:00Z",
        stand_in=cast.on_duty.pk,
        starts_at="2026-11-01T00:00",
        ends_at="2026-11-01T01:30",
    )
    assert Override.objects.get().ends_at == utc("2026-11-01T09:30")  # the second 01:30


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"starts_at": "soon"}, "Write a date and a time as 2026-03-08 14:30."),
        ({"ends_at": "2026-03-02T99:00"}, "Write a date and a time as 2026-03-08 14:30."),
        ({"ends_at": "9999-03-02T09:00"}, "Check the year: give a moment from 2000 to 2100."),
        (
            {"starts_at": "2026-03-03T05:00", "ends_at": "2026-03-03T04:00"},
            "The end must be after the start.",
        ),
        ({"starts_at": "2026-03-01T05:00", "ends_at": "2026-03-01T06:00"}, "This time is over."),
        ({"instead": "nobody we know"}, "Select a valid choice."),
        ({"stand_in": "1e9"}, "Choose somebody from the list."),
        ({"instead": "beside", "stand_in": ""}, "Choose who is put beside them."),
        ({"reason": "x" * 301}, "at most 300 characters"),
        ({"stand_in": "theirs"}, "Specialist has this shift already."),
    ],
)
def test_what_cannot_be_meant_is_said_and_nothing_is_stored(desk, cast, by, told, said):
    if told.get("stand_in") == "theirs":
        told = {"stand_in": cast.specialist.pk, "instead": cast.specialist.pk}
    assert said in by(cast.manager).override(**{"stand_in": cast.on_duty.pk} | told, status=422)
    assert not Override.objects.exists()


def test_a_shift_can_be_left_to_nobody_or_doubled(desk, cast, by):
    by(cast.manager).override(stand_in="")
    assert plan(desk, *DAY) == []
    assert "Nobody is on duty" in by(cast.manager).get()
    cast.duty.layers.all().delete()
    by(cast.manager).override(at=THEN, stand_in=cast.on_duty.pk, instead="beside")
    day = utc("2026-03-04T00:00"), utc("2026-03-05T00:00")
    assert sorted(plan(desk, *day)) == ["On-Duty 04 00:00-05 00:00", "Second 04 00:00-05 00:00"]


def test_a_gap_is_filled_by_pressing_it(cast, by, desk):
    desk.layers.update(window_start="08:00", window_end="12:00")
    told = by(cast.manager).get("2026-03-03T13:00:00Z")
    assert "Nobody is on duty Tue 3 Mar, 12:00 – Wed 4 Mar, 08:00" in told
    by(cast.manager).override(at="2026-03-03T13:00:00Z", stand_in=cast.specialist.pk)
    assert "Specialist 03 12:00-04 00:00" in plan(desk, DAY[0] + 12 * HOUR, DAY[1])


def test_an_override_is_ended_where_it_is_seen(desk, cast, by):
    cast.duty.layers.all().delete()
    by(cast.manager).override(stand_in=cast.second.pk)
    override = Override.objects.get()
    assert "Second instead of Specialist" in by(cast.manager).get()
    assert "End it" not in by(cast.on_duty).get()
    by(cast.on_duty).post(f"/overrides/{override.pk}/end/", status=403)
    by(cast.manager).post(f"/overrides/{override.pk}/end/")
    assert plan(desk, *DAY) == ["Specialist 03 00:00-04 00:00"]
    answer = by(cast.manager).post(f"/overrides/{override.pk}/end/")
    assert answer["Location"] == "/on-duty/?view=week&roster=desk"
    by(cast.manager).post("/overrides/999999/end/", status=404)


def test_what_is_over_is_looked_at_and_not_changed(desk, cast, by):
    past = "2026-03-01T12:00:00Z"
    assert "This shift is over." in by(cast.manager).get(past)
    by(cast.manager).override(at=past, stand_in=cast.on_duty.pk)
    by(cast.second).offer(at=past, to="anybody")
    assert (Override.objects.count(), Swap.objects.count()) == (0, 0)


def test_ones_own_shift_is_offered_to_one_to_all_or_for_another(desk, cast, by):
    told = by(cast.specialist).get()
    assert "Anybody on the roster" in told
    assert "Manager Primary, Thu 5 Mar, 00:00 – Fri 6 Mar, 00:00" in told
    by(cast.specialist).offer(to=cast.manager.pk, note="Wedding")
    by(cast.specialist).offer(to="anybody")
    by(cast.specialist).offer(wanted=f"{cast.manager.pk}/2026-03-05T00:00:00+00:00/2026-03-06T00:00:00+00:00")
    one, everybody, *linked = Swap.objects.order_by("offered_at", "starts_at")
    assert (one.taker, one.note, one.starts_at) == (cast.manager, "Wedding", DAY[0])
    assert everybody.taker is None
    assert [(it.giver, it.taker) for it in linked] == [
        (cast.specialist, cast.manager),
        (cast.manager, cast.specialist),
    ]
    assert plan(desk, *DAY) == ["Specialist 03 00:00-04 00:00"]


@pytest.mark.parametrize(
    "told", [{}, {"to": "7"}, {"to": "1e9"}, {"wanted": "7/soon/later"}, {"note": "x" * 301}]
)
def test_an_offer_to_nobody_we_know_is_refused(desk, cast, by, told):
    by(cast.specialist).offer(**told, status=422)
    assert not Swap.objects.exists()


def test_nobody_offers_what_is_not_theirs(desk, cast, by):
    by(cast.second).offer(to="anybody")
    assert not Swap.objects.exists()


def test_a_colleague_asks_for_a_shift_and_a_stranger_cannot(desk, cast, by):
    cast.duty.layers.all().delete()
    assert "Ask Specialist for it" in by(cast.second).get()
    by(cast.second).post("/swaps/desk/ask/", giver=cast.specialist.pk)
    swap = Swap.objects.get()
    assert (swap.giver, swap.taker, swap.offered_by) == (cast.specialist, cast.second, cast.second)
    assert "Ask Specialist for it" not in by(cast.on_duty).get()
    by(cast.second).post("/swaps/desk/ask/", giver=cast.manager.pk)
    assert Swap.objects.count() == 1


def test_whoever_is_away_is_told_apart_and_can_offer_what_is_empty(desk, cast, by, signed_in):
    told = {"first": "2026-03-03", "last": "2026-03-03"}
    assert signed_in(cast.specialist).post("/shifts/time-off/", told).status_code == 302
    shown = by(cast.specialist).get()
    assert "Nobody is on duty" in shown
    assert "Specialist is away" in shown
    by(cast.specialist).offer(to="anybody")
    assert Swap.objects.count() == 1
    assert "Nobody · Specialist is away" in words(
        signed_in(cast.manager).get("/on-duty/?view=week&roster=desk").content.decode()
    )


def test_a_working_day_is_handed_on_by_name_and_never_a_whole_cohorts(cast, by, pass_time, signed_in):
    pass_time(NOON - clock.now())
    hours = {"window_start": "09:00", "window_end": "17:00", "handoff_time": "00:00"}
    week = layered("week", [[cast.specialist, cast.reporter]], zone="UTC", name="Tue–Sat", **hours)
    layered("week", [cast.manager], roster=week, name="Sun–Thu", **hours)
    address = "/on-duty/week/shift/"
    asked = {"lane": "Tue–Sat", "at": "2026-03-03T10:00:00Z"}
    shown = words(signed_in(cast.manager).get(address, asked).content.decode())
    assert "Everybody" not in shown
    told = asked | {"stand_in": cast.on_duty.pk, "instead": cast.specialist.pk, "anyway": "on"}
    assert signed_in(cast.manager).post("/overrides/week/", told).status_code == 302
    assert "On-Duty 03 09:00-03 17:00" in plan(week, *DAY)
    shown = words(
        signed_in(cast.manager).get("/on-duty/?view=week&roster=week&on=2026-03-03").content.decode()
    )
    assert "By hand" in shown


def test_the_cost_of_a_sheet_does_not_grow_with_people_or_rosters(
    desk, cast, signed_in, django_assert_num_queries
):
    client = signed_in(cast.manager)

    def cost():

        with CaptureQueriesContext(connection) as asked:
            assert client.get(SHIFT, {"lane": "primary", "at": TODAY}).status_code == 200
        return len(asked)

    cost()
    before = cost()
    for number in range(4):
        layered(f"r{number}", [cast.manager, cast.second, cast.reporter], zone="UTC")
    layered("desk", [cast.on_duty, cast.reporter], roster=desk, name="More", rank=0)
    assert cost() == before <= 50
