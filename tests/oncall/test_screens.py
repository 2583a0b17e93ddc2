"""The on-duty page: now, a week, a month; and the fragments on home. What it shows is what the rota says."""

import html
import re
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import clock
from accounts.models import ContactMethod
from oncall import calendars
from oncall.models import Roster
from oncall.rota import final_schedule
from tests.cast import START
from tests.oncall.rosters import utc
from tests.oncall.stage import layered

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
VIEWS = ["", "?view=week", "?view=month"]
SECOND = timedelta(seconds=1)


@pytest.fixture
def set_clock(pass_time):
    """Make it this moment, for the database and so for every request."""
    return lambda at: pass_time(at - clock.now())


@pytest.fixture
def looks(cast, signed_in):
    """The page as somebody sees it: `looks("?view=week")`, by the one on duty unless told."""

    def look(query="", by=None) -> str:
        response = signed_in(by or cast.on_duty).get("/on-duty/" + query)
        assert response.status_code == 200
        return response.content.decode()

    return look


def words(page: str) -> str:
    """What one reads, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def bars(page: str, week: calendars.Period) -> list[tuple]:
    """The bars as drawn, (names, from, until) to the second, worked back from where they stand."""
    drawn = re.findall(r'<foreignObject x="([\d.]+)%" width="([\d.]+)%".*?title="([^"]*)"', page, re.DOTALL)
    length = week.ends_at - week.starts_at
    found = []
    for left, width, names in drawn:
        start = week.starts_at + length * (float(left) / 100)
        found.append((names, nearest(start), nearest(start + length * (float(width) / 100))))
    return found


def nearest(at):
    return (at + 30 * SECOND).replace(second=0, microsecond=0)


@pytest.mark.parametrize("query", VIEWS)
def test_the_outsider_is_shown_nobody(cast, signed_in, query):
    response = signed_in(cast.outsider).get("/on-duty/" + query)
    assert response.status_code == 403
    assert cast.on_duty.name not in response.content.decode()
    assert Client().get("/on-duty/" + query).status_code == 302


@pytest.mark.parametrize(
    ("on", "hours"), [("2026-03-08", 167), ("2026-11-01", 169), ("2026-06-10", 168)], ids=str
)
def test_page_api_and_engine_agree_for_a_week(cast, signed_in, looks, set_clock, on, hours):
    people = [cast.on_duty, cast.second, cast.manager]
    roster = layered("desk", people, handoff_time="02:30")
    layered("desk", people[::-1], roster=roster, name="S", duty="secondary", handoff_time="01:30")
    cast.on_duty.time_zone = "America/Los_Angeles"
    cast.on_duty.save()
    week = calendars.week(date.fromisoformat(on), LOS_ANGELES)
    assert week.ends_at - week.starts_at == timedelta(hours=hours)
    names = {person.pk: person.name for person in people}
    rules = Roster.objects.filter(pk=roster.pk).rules((week.starts_at, week.ends_at))[roster.pk]
    engine = [
        (" ".join(names[pk] for pk in shift.people), shift.starts_at, shift.ends_at)
        for shift in sorted(
            final_schedule(rules, week.starts_at, week.ends_at),
            key=lambda it: (it.duty, it.starts_at),
        )
    ]
    set_clock(week.starts_at)
    assert bars(looks(f"?view=week&on={on}&roster=desk"), week) == engine

    caller = {"Authorization": f"Bearer {cast.token(cast.on_duty)}"}
    for _, moment, _ in engine[1::3]:
        set_clock(moment)
        [said] = [
            it
            for it in Client().get("/api/on-duty/", headers=caller).json()["rosters"]
            if it["roster"] == "desk"
        ]
        now = [name for name, start, end in engine if start <= moment < end]
        mails = {person.email: person.name for person in people}
        assert [mails[mail] for those in said["duties"].values() for mail in those] == now
        shown = re.findall(r'class="post-people"><a[^>]*>([^<]*)', looks("?roster=desk"))
        assert [name.strip() for name in shown] == now


def test_the_days_list_tells_the_same_handoffs(cast, looks, set_clock):
    layered("desk", [cast.on_duty, cast.second], zone="UTC")
    set_clock(utc("2026-03-04T12:00"))
    told = words(looks("?view=week&roster=desk"))
    assert (
        "Monday 2 March Desk · Primary Second until 09:00 Desk · Primary On-Duty You from 09:00" in told
        or (told[:3000] == "")
    )
    assert "Wednesday 4 March today" in told


def test_now_says_until_when_and_who_is_next(cast, looks, set_clock):
    layered("desk", [cast.on_duty, cast.second], zone="UTC")
    set_clock(utc("2026-03-04T12:00"))
    told = words(looks("?roster=desk"))
    assert "Primary On-Duty You Can be reached until Thu 5 Mar, 09:00 in 20 h 59 min" in told
    assert "Next Second until Fri 6 Mar, 09:00" in told


def test_a_gap_is_told_in_words_in_every_view(cast, looks, set_clock):
    layered("desk", [cast.second], zone="UTC", window_start="08:00", window_end="12:00")
    set_clock(utc("2026-03-04T13:00"))
    assert "Nobody is on duty until Thu 5 Mar, 08:00" in words(looks("?roster=desk"))
    week = looks("?view=week&roster=desk")
    assert week.count('data-state="gap"') >= 8
    assert "Desk · Primary Nobody from 12:00" in words(week)
    assert words(looks("?view=month&roster=desk")).count("12:00 Primary Nobody") == 42


def test_a_paged_roster_without_anybody_is_one_gap(cast, looks):
    Roster.objects.create(slug="new", name="New", zone="UTC", owner=cast.manager)
    assert "Nobody is on duty for the next four weeks" in words(looks("?roster=new"))
    assert "Nobody all day" in words(looks("?view=week&roster=new"))


def test_too_few_are_told(cast, looks):
    roster = layered("desk", [cast.second], zone="UTC")
    Roster.objects.filter(pk=roster.pk).update(depth=3)
    assert "2 people too few" in words(looks("?roster=desk"))
    assert "Second · 2 too few" in words(looks("?view=week&roster=desk"))


def test_somebody_who_cannot_be_reached_is_named_and_last_week_stays(cast, looks, set_clock):
    set_clock(START)
    ContactMethod.objects.filter(person=cast.second).update(verified_at=None)
    told = words(looks())
    assert "Nobody is on duty Second cannot be reached: no verified contact" in told
    past = words(looks("?view=week&on=2026-02-20"))
    assert "cannot be reached" not in past
    assert "Duty · Secondary Second all day" in past


def test_the_working_week_tells_which_cohort_is_at_work(cast, looks, set_clock):
    hours = {"turn_unit": "week", "handoff_time": "00:00", "window_start": "09:00", "window_end": "17:00"}
    roster = layered("week", [cast.second], name="Tue–Sat", working_days=[1, 2, 3, 4, 5], **hours)
    layered("week", [cast.manager], roster=roster, name="Sun–Thu", working_days=[6, 0, 1, 2, 3], **hours)
    set_clock(utc("2026-03-07T16:00"))  # Saturday 08:00 there
    assert "Second from 17:00 until 01:00 Next Second Tue 10 Mar, 16:00" in words(looks("?roster=week"))
    set_clock(utc("2026-03-07T18:00"))
    now = words(looks("?roster=week"))
    assert "Tue–Sat Second at work until" in now
    assert "Sun–Thu Not at work today" in now
    assert "gap" not in looks("?view=month&roster=week")
    set_clock(utc("2026-03-08T02:00"))  # 18:00 there
    assert "Tue–Sat Second over for today since" in words(looks("?roster=week"))


def test_a_working_day_seen_from_another_continent_is_on_one_day(cast, looks, set_clock):
    hours = {"handoff_time": "00:00", "window_start": "09:00", "window_end": "17:00"}
    layered("week", [cast.second], name="Tue–Sat", working_days=[1], **hours)
    set_clock(utc("2026-03-02T12:00"))
    week = words(looks("?view=week&roster=week"))  # in UTC it is 17:00 to 01:00
    assert week.count("Week · Tue–Sat Second") == 1
    assert "Tuesday 3 March Week · Tue–Sat Second from 17:00 Wednesday" in week


def test_the_manager_on_duty_is_marked_unless_the_name_says_so(cast, looks):
    roster = layered("desk", [cast.manager])
    Roster.objects.filter(pk=roster.pk).update(is_manager_on_duty=True)
    assert words(looks("?roster=desk")).count("Manager on duty") == 1
    Roster.objects.filter(pk=roster.pk).update(name="Manager on duty")
    assert words(re.sub(r"(?s)<nav.*?</nav>", "", looks("?roster=desk"))).count("Manager on duty") == 1


def test_only_mine_leaves_the_others_out(cast, looks, set_clock):
    layered("desk", [cast.on_duty, cast.second], zone="UTC")
    layered("other", [cast.second], zone="UTC")
    set_clock(utc("2026-03-04T12:00"))
    for view in ("week", "month"):
        page = re.sub(r"(?s)<nav.*?</nav>|<details.*?</details>", "", looks(f"?view={view}&person=me"))
        assert "data-mine" in page
        assert "Second" not in page
        assert "Other" not in page
        assert "data-mine" in looks(f"?view={view}"), "mine are marked among all as well"
    assert "You have no shift in this week." in looks("?view=week&person=me", by=cast.specialist)


@pytest.mark.parametrize(
    "query",
    [
        "?view=year",
        "?view=%00",
        "?view=week&on=2026-02-30",
        "?view=week&on=tomorrow",
        "?view=month&on=9999-12-31",
        "?view=week&on=0001-01-01",
        "?view=month&on=%D9%A1",
        "?roster=nowhere",
        "?roster=%00",
        "?person=7",
        "?view=week&on=" + "9" * 5000,
        "?roster=<script>",
    ],
)
def test_what_an_address_cannot_mean_is_said_and_the_usual_shown(looks, query):
    page = looks(query)
    assert 'role="status"' in page
    assert 'data-level="warning"' in page
    assert "<script>" not in page
    assert "Second" in page


@pytest.mark.parametrize(("on", "missing"), [("1971-01-01", "prev"), ("2199-12-31", "next")])
@pytest.mark.parametrize("view", ["week", "month"])
def test_the_first_and_the_last_date_open_and_lead_no_further(looks, view, on, missing):
    page = looks(f"?view={view}&on={on}")
    assert 'data-level="warning"' not in page
    assert f'rel="{missing}"' not in page


def test_links_keep_what_was_chosen(looks, set_clock):
    set_clock(utc("2026-03-04T12:00"))
    page = html.unescape(looks("?view=week&on=2026-03-15&roster=duty&person=me&junk=1"))
    assert 'rel="next" href="?view=week&on=2026-03-22&roster=duty&person=me"' in page
    assert 'href="/on-duty/?view=month&on=2026-03-15&roster=duty&person=me"' in page
    assert 'href="?view=week&roster=duty&person=me">Today' in page


def test_each_shift_can_be_heard_and_pressed_on_the_lanes_and_in_the_list(cast, looks, set_clock):
    layered("desk", [cast.on_duty, cast.second], zone="UTC")
    set_clock(utc("2026-03-04T12:00"))
    page = looks("?view=week&roster=desk")
    said = "On-Duty, Desk · Primary, from Mon 2 Mar, 09:00, until Tue 3 Mar, 09:00"
    bar = re.search(rf'<a class="bar-words" data-shift href="([^"]*)" aria-label="{said}"', page)
    assert bar
    assert re.search(r"(?s)<table class=\"daylist\">.*<caption", page)
    listed = re.findall(r'<td class="daylist-who"><a data-shift href="([^"]*)"', page)
    assert html.unescape(bar[1]) == "/on-duty/desk/shift/?lane=primary&at=2026-03-02T09%3A00%3A00%2B00%3A00"
    assert bar[1] in listed
    assert "style=" not in page


@pytest.mark.parametrize("view", VIEWS)
def test_the_cost_does_not_grow_with_rosters_or_people(cast, signed_in, view):
    client = signed_in(cast.on_duty)
    client.get("/on-duty/" + view)

    def ask() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            client.get("/on-duty/" + view)
        statements = [it["sql"] for it in asked]
        own = [it for it in statements if "oncall_" in it or "is_reachable" in it]
        return len(own), len(statements)

    before = ask()
    for number in range(5):
        layered(f"r{number}", [cast.on_duty, [cast.second, cast.manager], cast.specialist])
    layered("week", [cast.second], window_start="09:00", window_end="17:00")
    assert ask() == before
    # Of the page's own: the rosters' names, and again with their rules: heads, layers, changes; and who can be
    # reached. Around a calendar: the people, who is away, who is at the office.
    assert before[0] == (9 if view else 6)


def test_nobody_is_missing_before_a_roster_begins_or_after_it_has_ended(cast, looks, set_clock):
    roster = layered("desk", [cast.second], zone="UTC")
    begins, ends = utc("2026-03-11T08:00"), utc("2026-03-13T08:00")
    Roster.objects.filter(pk=roster.pk).update(begins_at=begins, ends_at=ends)
    set_clock(utc("2026-03-10T12:00"))
    assert "Primary Not asked for yet begins Wed 11 Mar, 08:00 Next Second until" in words(
        looks("?roster=desk")
    )
    assert "Desk" not in fragment("on_duty_now", cast.manager)
    week = calendars.week(date(2026, 3, 10), ZoneInfo("UTC"))
    assert bars(looks("?view=week&on=2026-03-10&roster=desk"), week) == [("Second", begins, ends)]
    set_clock(ends)
    assert "Desk" not in words(looks("?roster=desk").split("<main")[1].split("</nav>")[-1])
    assert "Desk" not in fragment("on_duty_now", cast.manager)


def fragment(tag: str, person) -> str:
    template = engines["django"].from_string("{% load oncall %}{% " + tag + " %}")
    context = {"subject": person.subject(at=START), "user": person}
    return words(template.render(context))


def test_home_says_who_is_on_duty_and_until_when(cast):
    layered("desk", [cast.second, cast.manager], zone="UTC")
    told = fragment("on_duty_now", cast.manager)
    assert re.search(r"Desk · Primary (Second|Manager You) until Tue 3 Mar, 09:00", told)
    assert "Duty · Primary On-Duty for the next two weeks" in told


def test_home_says_my_present_or_next_shift(cast):
    layered("desk", [cast.second, cast.specialist, cast.manager], zone="UTC", anchor_on="2026-03-02")
    mine = fragment("my_next_shift", cast.second)
    assert "Duty · Secondary now for the next four weeks" in mine
    assert "Desk · Primary now until Tue 3 Mar, 09:00" in mine
    ahead = "Your next shift Desk · Primary in 2 d Wed 4 Mar, 09:00 – Thu 5 Mar, 09:00"
    assert fragment("my_next_shift", cast.manager) == ahead


def test_home_says_when_there_is_no_shift_and_nothing_to_those_on_no_roster(cast):
    layered("desk", [cast.manager], zone="UTC", anchor_on="2026-06-01")
    assert "You have no shift in the next four weeks" in fragment("my_next_shift", cast.manager)
    assert fragment("my_next_shift", cast.reporter) == ""


def test_home_warns_somebody_on_duty_who_cannot_be_reached(cast):
    ContactMethod.objects.filter(person=cast.second).update(verified_at=None)
    assert "You cannot be reached, so nobody pages you here." in fragment("my_next_shift", cast.second)


@pytest.mark.parametrize("tag", ["on_duty_now", "my_next_shift"])
def test_the_fragments_on_home_cost_five_queries(cast, tag, django_assert_num_queries):
    for number in range(3):
        layered(f"r{number}", [cast.on_duty, cast.second])
    context = {"subject": cast.on_duty.subject(at=START), "user": cast.on_duty}
    template = engines["django"].from_string("{% load oncall %}{% " + tag + " %}")
    with django_assert_num_queries(5):
        template.render(context)
