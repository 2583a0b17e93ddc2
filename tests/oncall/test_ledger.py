"""The ledger: who sees whom, any window, the same rows on the page and in the file."""

import csv
import io
from datetime import timedelta
from time import perf_counter

import pytest

from accounts import clock
from accounts.models import RoleAssignment
from oncall import worked as ledger_of
from oncall.actions import ledger
from oncall.models import WorkedShift
from tests.oncall.rosters import utc
from tests.oncall.rows import roster

WEEK = "since=2026-03-02&until=2026-03-08"


@pytest.fixture
def admin(cast):
    RoleAssignment.objects.create(person=cast.admin, role="roster_admin")
    return cast.admin


@pytest.fixture
def worked(cast):
    """A day each from 9 to 9, written down over two weeks; and a page in the night of the 3rd."""
    daily = roster("r", [cast.second, cast.specialist], layer={"handoff_time": "09:00"})
    ledger.record_ended(roster=daily, at=utc("2026-03-14T12:00"))
    ledger.pages_handled(answers=[ledger.Answer(cast.second, utc("2026-03-03T02:00"), 5, "1")])
    return daily


def table(client, query=WEEK):
    answer = client.get(f"/rosters/ledger/csv/?{query}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    return {row[0]: row[2:] for row in rows[1:]}


def test_everybody_is_shown_to_a_roster_admin(cast, admin, worked, signed_in):
    rows = table(signed_in(admin))
    assert rows == {
        "Second": ["4", "87.00", "4", "1", "0", "1", "1"],
        "Specialist": ["4", "81.00", "4", "1", "0", "0", "0"],
    }


def test_others_see_themselves_alone(cast, worked, signed_in):
    assert list(table(signed_in(cast.second))) == ["Second"]
    page = signed_in(cast.second).get(f"/rosters/ledger/?{WEEK}").content.decode()
    assert '<th scope="row">Second' in page
    assert "Specialist" not in page


def test_nobody_without_a_view_of_duty_gets_it(cast, worked, signed_in):
    for path in ("", "csv/"):
        assert signed_in(cast.outsider).get(f"/rosters/ledger/{path}").status_code == 403


def test_the_page_says_what_the_file_says(admin, worked, signed_in):
    page = signed_in(admin).get(f"/rosters/ledger/?{WEEK}").content.decode()
    for name, counts in table(signed_in(admin)).items():
        row = page.partition(f'<th scope="row">{name}')[2].partition("</tr>")[0]
        assert [it.partition("</td>")[0].partition(">")[2] for it in row.split("<td ")[1:]] == [
            counts[0],
            f"{float(counts[1]):.1f}",
            *counts[2:],
        ]


def test_days_are_those_of_whoever_looks(cast, admin, worked, signed_in):
    admin.time_zone = "Asia/Singapore"
    admin.save()
    assert table(signed_in(admin), "since=2026-03-02&until=2026-03-02")["Second"][1] == "7.00"


def test_one_roster_alone_presence_too(cast, admin, worked, signed_in):
    hours = {"window_start": "09:00", "window_end": "17:00"}
    week = roster("week", [cast.partner], is_paged=False, layer=hours)
    ledger.record_ended(roster=week, at=utc("2026-03-14T12:00"))
    assert "Partner" not in table(signed_in(admin))
    assert table(signed_in(admin), WEEK + "&roster=week") == {
        "Partner": ["7", "56.00", "0", "1", "0", "0", "0"]
    }


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("since=someday", "Write the date as 2026-03-08."),
        ("since=2026-03-08&until=2026-03-01", "must not be before the first"),
        ("since=2000-01-01&until=2026-03-01", "five years at most"),
        ("since=0001-01-01", "between 2000 and 2100"),
        ("roster=nowhere", "There is no such roster."),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_field_and_makes_no_file(admin, worked, signed_in, query, told):
    page = signed_in(admin).get(f"/rosters/ledger/?{query}")
    assert (page.status_code, told in page.content.decode()) == (422, True)
    assert signed_in(admin).get(f"/rosters/ledger/csv/?{query}").status_code == 400


def test_without_a_question_it_is_the_last_ninety_days(admin, signed_in):
    today = clock.now().date()
    name = signed_in(admin).get("/rosters/ledger/csv/")["Content-Disposition"]
    assert name == f'attachment; filename="ledger-{today - timedelta(days=90)}-{today}.csv"'


def test_a_name_that_looks_like_a_formula_is_text_in_the_file(cast, admin, worked, signed_in):
    cast.second.name = "=1+1"
    cast.second.save()
    assert "'=1+1" in table(signed_in(admin))


@pytest.mark.parametrize("people", [1, 4])
def test_it_costs_the_same_however_many_worked(cast, admin, signed_in, people, django_assert_num_queries):
    those = [cast.second, cast.specialist, cast.partner, cast.manager][:people]
    daily = roster(
        "r", those, layer={"handoff_time": "09:00", "window_start": "09:00", "window_end": "17:00"}
    )
    ledger.record_ended(roster=daily, at=utc("2026-03-14T12:00"))
    client = signed_in(admin)
    client.get("/rosters/ledger/")
    with django_assert_num_queries(16):
        client.get(f"/rosters/ledger/?{WEEK}")


def test_years_of_it_are_added_up_within_a_second(cast, worked):
    first = utc("2022-01-01")
    days = (first + timedelta(days=number) for number in range(1500))
    told = {"roster": worked, "person": cast.second, "layer_name": "x", "duty": "primary"}
    WorkedShift.objects.bulk_create(
        WorkedShift(starts_at=day, ends_at=day + timedelta(hours=12), **told) for day in days
    )
    began = perf_counter()
    row = ledger_of.within((first, first + timedelta(days=1600)), person=cast.second)[0]
    assert row.tally.shifts > 1400
    assert perf_counter() - began < 1
