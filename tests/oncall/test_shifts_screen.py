"""My shifts: what is ahead, what I am asked, time off, days at the office; and one person's month."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import clock
from accounts.links import token_for
from accounts.models import ContactMethod, Message
from oncall.actions import ledger, office_days, swaps, time_off
from oncall.actions.swaps import Part
from oncall.models import OfficeDay, Swap, TimeOff
from tests.oncall.rosters import utc
from tests.oncall.stage import layered, plan
from tests.oncall.test_screens import fragment, words

NOON = utc("2026-03-02T12:00")
HOUR = timedelta(hours=1)
DAY = 24 * HOUR


@pytest.fixture
def desk(cast, pass_time):
    """Manager, specialist, second, day by day from midnight UTC; it is noon on Monday, the manager's day."""
    pass_time(NOON - clock.now())
    people = [cast.manager, cast.specialist, cast.second]
    return layered("desk", people, zone="UTC", handoff_time="00:00", anchor_on="2026-03-02")


@pytest.fixture
def mine(signed_in):
    def look(person, path="/shifts/") -> str:
        response = signed_in(person).get(path)
        assert response.status_code == 200
        return words(response.content.decode())

    return look


def offered(roster, giver, taker, day, *, by=None, wanted=None, note=""):
    """A day's shift on offer; with `wanted`, for another day of the taker's."""
    start = utc("2026-03-02T00:00")
    parts = [Part(roster, giver, taker, start + day * DAY, start + (day + 1) * DAY)]
    if wanted is not None:
        parts.append(Part(roster, taker, giver, start + wanted * DAY, start + (wanted + 1) * DAY))
    return swaps.offer(parts=parts, note=note, by=by or giver, at=NOON)[0].bundle


def test_shifts_ahead_are_told_soonest_first(desk, cast, mine):
    told = mine(cast.specialist)
    first, second = "Tue 3 Mar, 00:00 – Wed 4 Mar, 00:00 Desk · Primary", "Fri 6 Mar, 00:00 – Sat 7 Mar"
    assert 0 < told.index(first) < told.index(second)
    assert "and 7 more in the next eight weeks" in told
    assert "Mon 2 Mar, 00:00 – Tue 3 Mar, 00:00 Desk · Primary now" in mine(cast.manager)


def test_somebody_with_nothing_is_told_so(desk, cast, mine):
    told = mine(cast.outsider)
    assert "You have no shift in the next eight weeks." in told
    assert "Nothing is offered." in told
    assert "None ahead." in told


def test_whoever_has_a_place_on_a_working_week_alone_reads_when_they_are_at_work_next(
    desk, cast, mine, signed_in
):
    hours = {"window_start": "09:00", "window_end": "17:00", "handoff_time": "00:00"}
    layered("week", [[cast.outsider]], zone="UTC", name="Tue–Sat", working_days=[1, 2, 3, 4, 5], **hours)
    told = mine(cast.outsider)
    assert "Ahead Week · Tue–Sat next Tue 3 Mar, 09:00 – 17:00" in told
    assert "You have no shift" not in told
    page = signed_in(cast.outsider).get("/shifts/").content.decode()
    assert 'href="/on-duty/week/shift/?lane=Tue%E2%80%93Sat&amp;at=2026-03-03T09' in page
    away = {"first": "2026-03-03", "last": "2026-03-04"}
    signed_in(cast.outsider).post("/shifts/time-off/", away)
    assert "next Thu 5 Mar, 09:00 – 17:00" in mine(cast.outsider)


def test_at_work_is_told_until_when_and_once_a_roster(desk, cast, mine):
    hours = {"window_start": "09:00", "window_end": "17:00", "handoff_time": "00:00"}
    week = layered("week", [[cast.manager]], zone="UTC", name="Mon", working_days=[0], **hours)
    layered("", [[cast.manager]], roster=week, name="Tue", working_days=[1], **hours)
    told = mine(cast.manager)
    assert "Week · Mon at work until 17:00" in told
    assert "Week · Tue" not in told
    assert "Desk · Primary now" in told


def test_a_stranger_signs_in_first_and_a_notice_leads_here(desk, cast, signed_in):
    assert Client().get("/shifts/").status_code == 302
    offered(desk, cast.manager, cast.specialist, 3)
    link = f"/s/{token_for(Message.objects.get().pk)}/"
    assert Client().get(link)["Location"].startswith("/account/login/")
    assert signed_in(cast.specialist).get(link)["Location"] == "/shifts/"


def test_what_was_worked_stands_below(desk, cast, mine):
    ledger.record_ended(roster=desk, at=NOON)
    assert "shifts worked in the last eight weeks" not in mine(cast.manager)
    ledger.record_ended(roster=desk, at=NOON + 5 * DAY)
    assert "2 shifts worked in the last eight weeks" in mine(cast.specialist)


def test_an_offer_stands_where_each_has_to_see_it(desk, cast, mine):
    offered(desk, cast.manager, cast.specialist, 3, wanted=4, note="Wedding")
    asked = mine(cast.specialist)
    assert (
        "Manager asks you to swap You take Desk · Primary, Thu 5 Mar, 00:00 – Fri 6 Mar, 00:00 "
        "You give Desk · Primary, Fri 6 Mar, 00:00 – Sat 7 Mar, 00:00 Wedding Accept Decline"
    ) in asked
    assert "You asked Specialist to swap no answer yet You give" in mine(cast.manager)
    assert "Wedding" not in mine(cast.second)


def test_an_open_offer_is_shown_to_the_people_of_the_roster(desk, cast, mine, signed_in):
    bundle = offered(desk, cast.manager, None, 3)
    assert "Manager offers a shift to all" in mine(cast.second)
    assert "You offered to all no answer yet" in mine(cast.manager)
    assert "offers a shift" not in mine(cast.on_duty)
    assert signed_in(cast.on_duty).get(f"/swaps/{bundle}/").status_code == 404
    assert signed_in(cast.on_duty).post(f"/swaps/{bundle}/accept/").status_code == 404
    assert signed_in(cast.second).get(f"/swaps/{bundle}/").status_code == 200


def test_accepting_changes_both_calendars_and_what_speaks_against_it_is_said_first(
    desk, cast, mine, signed_in
):
    bundle = offered(desk, cast.manager, cast.second, 3)
    second = signed_in(cast.second)
    refused = second.post(f"/swaps/{bundle}/accept/")
    assert refused.status_code == 422
    told = words(refused.content.decode())
    assert (
        "Second is on another duty then: Duty, secondary. Swap anyway. It is kept as decided by Second."
        in told
    )
    assert second.post(f"/swaps/{bundle}/accept/", {"anyway": "on"})["Location"] == "/shifts/"
    assert plan(desk, utc("2026-03-05"), utc("2026-03-06")) == ["Second 05 00:00-06 00:00"]
    assert "With Manager agreed You take" in mine(cast.second)
    assert "With Second agreed You give" in mine(cast.manager)
    assert "taken by somebody else" in words(
        second.post(f"/swaps/{bundle}/accept/", follow=True).content.decode()
    )


def test_an_offer_is_declined_or_taken_back(desk, cast, signed_in, mine):
    declined, withdrawn = (
        offered(desk, cast.manager, cast.specialist, 3),
        offered(desk, cast.manager, None, 3),
    )
    signed_in(cast.specialist).post(f"/swaps/{declined}/settle/")
    signed_in(cast.manager).post(f"/swaps/{withdrawn}/settle/")
    assert sorted(Swap.objects.values_list("state", flat=True)) == ["declined", "withdrawn"]
    assert "Nothing is offered." in mine(cast.manager)
    assert "Declined" in mine(cast.manager, f"/swaps/{declined}/")
    assert "over already" in words(
        signed_in(cast.manager).post(f"/swaps/{withdrawn}/settle/", follow=True).content.decode()
    )


@pytest.mark.parametrize("act", ["", "accept/", "settle/"])
def test_a_swap_of_others_does_not_exist(desk, cast, signed_in, act):
    bundle = offered(desk, cast.manager, cast.specialist, 3)
    for person in (cast.second, cast.outsider):
        client = signed_in(person)
        answer = client.post(f"/swaps/{bundle}/{act}") if act else client.get(f"/swaps/{bundle}/")
        assert answer.status_code == 404
    assert Swap.objects.get().state == "offered"


def test_home_asks_for_an_answer(desk, cast):
    offered(desk, cast.manager, cast.specialist, 3)
    assert "Swaps to answer Manager offers you a shift Desk · Primary, Thu 5 Mar" in fragment(
        "swaps_for_me", cast.specialist
    )
    assert fragment("swaps_for_me", cast.manager) == fragment("swaps_for_me", cast.second) == ""


def enter(client, **told):
    return client.post("/shifts/time-off/", told)


def test_time_off_is_whole_days_of_ones_own(desk, cast, signed_in, mine):
    cast.specialist.time_zone = "America/Los_Angeles"
    cast.specialist.save()
    enter(signed_in(cast.specialist), first="2026-03-07", last="2026-03-08", note="Skiing")
    made = TimeOff.objects.get()
    assert (made.starts_at, made.ends_at) == (utc("2026-03-07T08:00"), utc("2026-03-09T07:00"))
    told = mine(cast.specialist)
    assert "Sat 7 Mar – Sun 8 Mar Skiing Take it back" in told
    assert "You are away, and nobody has it. Offer it to somebody." in told


def test_time_off_of_some_hours_says_which(desk, cast, signed_in, mine):
    enter(signed_in(cast.specialist), first="2026-03-03", last="2026-03-03", begins="09:00", ends="11:30")
    assert "Tue 3 Mar, 09:00 – 11:30" in mine(cast.specialist)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"first": "", "last": ""}, "Choose a day."),
        ({"first": "soon"}, "Write the day as 2026-03-08."),
        ({"first": "0001-01-01"}, "Choose a day between 2000 and 2100."),
        ({"last": "9999-12-31"}, "Choose a day between 2000 and 2100."),
        ({"first": "2026-03-06"}, "The last day comes before the first."),
        ({"last": "2028-03-06"}, "Enter a year at most."),
        ({"first": "2026-02-01", "last": "2026-02-02"}, "This is over already."),
        ({"begins": "25:00"}, "Write the time as 14:30."),
        ({"begins": "12:00", "ends": "09:00"}, "The end must be after the start."),
        ({"note": "x" * 201}, "at most 200 characters"),
    ],
)
def test_time_off_that_cannot_be_is_said_at_the_field(desk, cast, signed_in, told, said):
    answer = enter(signed_in(cast.specialist), **{"first": "2026-03-05", "last": "2026-03-05"} | told)
    assert answer.status_code == 422
    assert said in words(answer.content.decode())
    assert not TimeOff.objects.exists()


def test_one_comes_back_from_ones_own_time_off_alone(desk, cast, signed_in, mine):
    enter(signed_in(cast.specialist), first="2026-03-02", last="2026-03-04")
    path = f"/shifts/time-off/{TimeOff.objects.get().pk}/end/"
    assert signed_in(cast.manager).post(path).status_code == 404
    assert "now I am back" in mine(cast.specialist)
    signed_in(cast.specialist).post(path)
    assert TimeOff.objects.get().ended_at is not None
    assert "None ahead." in mine(cast.specialist)


def choose(client, *days, site="dublin", first="2026-03-01", last="2026-03-28"):
    return client.post("/shifts/office-days/", {"first": first, "last": last, "site": site, "day": days})


def chosen(person):
    return [(day.on.isoformat(), day.site) for day in OfficeDay.objects.filter(person=person)]


def test_office_days_are_ticked_and_one_chosen_before_keeps_its_site(desk, cast, signed_in):
    client = signed_in(cast.specialist)
    choose(client, "2026-03-03", "2026-03-04")
    choose(client, "2026-03-04", "2026-03-05", site="san_jose")
    assert chosen(cast.specialist) == [("2026-03-04", "dublin"), ("2026-03-05", "san_jose")]
    shown = client.get("/shifts/").content.decode()
    assert re.findall(r'value="([\d-]+)" checked', shown) == ["2026-03-04", "2026-03-05"]
    assert "2 of 3" in words(shown)
    choose(client, "2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05")
    assert "4, target 3" in words(client.get("/shifts/").content.decode())


def test_days_that_are_over_stay_and_what_is_no_day_is_left_out(desk, cast, signed_in):
    OfficeDay.objects.create(person=cast.specialist, on="2026-03-01", site="dublin")
    choose(signed_in(cast.specialist), "2026-02-28", "2026-03-03", "soon", "2026-13-01", "2026-05-01")
    assert chosen(cast.specialist) == [("2026-03-01", "dublin"), ("2026-03-03", "dublin")]


@pytest.mark.parametrize("told", [{"site": "mars"}, {"first": "soon"}, {"last": ""}])
def test_office_days_that_cannot_be_read_change_nothing(desk, cast, signed_in, told):
    answer = choose(signed_in(cast.specialist), "2026-03-03", **told)
    assert answer.status_code == 422
    assert chosen(cast.specialist) == []


def test_a_holiday_or_time_off_on_a_working_day_lowers_what_is_asked(cast, pass_time, mine):
    pass_time(utc("2026-11-23T12:00") - clock.now())
    hours = {
        "window_start": "09:00",
        "window_end": "17:00",
        "handoff_time": "00:00",
        "working_days": [0, 1, 2, 3],
    }
    layered("week", [cast.specialist], zone="UTC", **hours)
    cast.specialist.site = "los_angeles"
    cast.specialist.save()
    assert "0 of 2" in mine(cast.specialist)  # Thanksgiving; the day after it is no working day of theirs
    told = {"by": cast.specialist, "at": clock.now()}
    day = utc("2026-11-25")
    time_off.enter(person=cast.specialist, starts_at=day, ends_at=day + DAY, **told)
    assert "0 of 1" in mine(cast.specialist)


def test_a_persons_month_shows_shifts_time_off_holidays_and_office_days(desk, cast, mine, signed_in):
    cast.specialist.site = "dublin"
    cast.specialist.save()
    day = utc("2026-03-09")
    told = {"by": cast.specialist, "at": NOON}
    time_off.enter(person=cast.specialist, starts_at=day, ends_at=day + DAY, note="Dentist", **told)
    span = {"first": date(2026, 3, 1), "last": date(2026, 3, 31)}
    office_days.choose(person=cast.specialist, days={date(2026, 3, 5): "san_jose"}, **span, **told)
    shown = mine(cast.on_duty, f"/on-duty/people/{cast.specialist.pk}/")
    assert "Specialist Dublin keeps UTC time: 12:0" in shown
    assert "Can be reached" in shown
    assert "3 Tuesday 3 March Desk from 00:00" in shown
    assert "5 Thursday 5 March Office: San Jose" in shown
    assert "9 Monday 9 March Desk from 00:00 not there Away" in shown
    assert "17 Tuesday 17 March Saint Patrick" in shown
    assert "Dentist" not in shown
    assert "April 2026" in mine(cast.on_duty, f"/on-duty/people/{cast.specialist.pk}/?on=2026-04-01")
    assert "is not a date to show" in mine(cast.on_duty, f"/on-duty/people/{cast.specialist.pk}/?on=someday")


def test_a_month_is_of_somebody_one_can_meet_on_a_roster(desk, cast, signed_in, mine):
    person = f"/on-duty/people/{cast.specialist.pk}/"
    assert signed_in(cast.outsider).get(person).status_code == 403
    for other in (cast.outsider.pk, cast.reporter.pk, 999_999):
        assert signed_in(cast.manager).get(f"/on-duty/people/{other}/").status_code == 404
    ContactMethod.objects.filter(person=cast.specialist).delete()
    assert "cannot be reached: no verified contact" in mine(cast.manager, person)


@pytest.mark.parametrize("view", ["week", "month"])
def test_the_calendars_show_holidays_who_is_away_and_who_comes_in(desk, cast, signed_in, view):
    cast.specialist.site = "dublin"
    cast.specialist.save()
    told = {"by": cast.specialist, "at": NOON}
    day = utc("2026-03-16")
    time_off.enter(person=cast.specialist, starts_at=day, ends_at=day + DAY, **told)
    span = {"first": date(2026, 3, 1), "last": date(2026, 3, 31)}
    office_days.choose(person=cast.second, days={date(2026, 3, 18): "san_jose"}, **span, **told)
    page = words(signed_in(cast.manager).get(f"/on-duty/?view={view}&on=2026-03-18").content.decode())
    assert "Saint Patrick's Day Dublin" in page
    assert "Away: Specialist" in page
    assert "At the office: 1" in page
    if view == "week":
        assert "Away Monday 16 March: Specialist" in page
        assert "At the office San Jose Wednesday 18 March: Second" in page
    only = words(
        signed_in(cast.second).get(f"/on-duty/?view={view}&on=2026-03-18&person=me").content.decode()
    )
    assert "Away" not in only
    assert "Saint Patrick" not in only
    assert "Office: San Jose" in only


@pytest.mark.parametrize("path", ["/shifts/", "/on-duty/people/{}/"])
def test_the_cost_does_not_grow_with_rosters_swaps_or_days(desk, cast, signed_in, path):
    client = signed_in(cast.manager)
    path = path.format(cast.manager.pk)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    offered(desk, cast.manager, None, 3)
    cost()
    before = cost()
    for number in range(3):
        roster = layered(
            f"r{number}",
            [cast.manager, cast.specialist],
            zone="UTC",
            anchor_on="2026-03-02",
            handoff_time="00:00",
        )
        offered(roster, cast.manager, cast.specialist, 4)
        offered(roster, cast.specialist, None, 5)
    choose(client, "2026-03-03", "2026-03-04")
    assert cost() == before <= 30
