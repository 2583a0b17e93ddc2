"""What is wrong with a roster ahead: holes, holidays, who cannot be reached, rest, being in two places."""

from datetime import date, timedelta

import pytest

from accounts.models import ContactMethod
from oncall import findings
from oncall.models import HandledPage, Roster
from tests.oncall.rosters import utc
from tests.oncall.rows import roster

AT = utc("2026-03-02T09:00")  # a Monday
DAY = timedelta(days=1)
WEEK = AT, AT + 7 * DAY
OFFICE = {"window_start": "09:00", "window_end": "17:00"}


def looked_at(it, span=WEEK, at=AT):
    return findings.of_roster(it, span=span, at=at)


def test_a_roster_well_covered_has_nothing_to_tell(cast):
    weekly = {"turn_unit": "week", "handoff_time": "09:00"}
    found = looked_at(roster("r", [cast.admin, cast.manager, cast.specialist], layer=weekly))
    assert (found.holes, found.unreachable, found.breaches, found.doubles) == ([], [], [], [])


def test_on_a_holiday_of_its_site_a_roster_asks_for_another_depth(cast):
    """Saint Patrick's Day is 17 March."""
    span = utc("2026-03-16"), utc("2026-03-19")
    two = [[cast.second, cast.specialist]]
    quiet = roster("quiet", two, depth=2, holiday_site="dublin", holiday_depth=0)
    busy = roster("busy", two, depth=1, holiday_site="dublin", holiday_depth=3)
    assert looked_at(quiet, span).holes == []
    [hole] = looked_at(busy, span).holes
    assert (hole.kind, hole.have, hole.need) == ("thin", 2, 3)
    assert (hole.starts_at, hole.ends_at) == (utc("2026-03-17"), utc("2026-03-18"))


def test_no_holiday_depth_means_the_usual_one(cast):
    usual = roster("usual", [cast.second], depth=2, holiday_site="dublin")
    [hole] = looked_at(usual, (utc("2026-03-16"), utc("2026-03-19"))).holes
    assert hole.ends_at - hole.starts_at == 3 * DAY


def test_a_working_week_has_no_gap_at_night(cast):
    week = roster("week", [[cast.second, cast.specialist]], depth=2, is_paged=False, layer=OFFICE)
    assert looked_at(week).holes == []


def test_who_cannot_be_reached_is_named(cast):
    ContactMethod.objects.filter(person=cast.second).update(disabled_at=AT)
    found = looked_at(roster("r", [cast.second, cast.manager]))
    assert found.unreachable == [cast.second]
    assert {hole.kind for hole in found.holes} == {"gap"}


def test_on_call_on_two_rosters_at_once_is_told_on_both(cast):
    """The second is the duty roster's secondary all the time; that is a rest rule not kept as well."""
    other = roster("other", [cast.second, cast.manager, cast.specialist, cast.admin])
    [double] = [it for it in looked_at(other).doubles if it.starts_at >= AT + DAY]
    assert (double.person, double.posts) == (cast.second.pk, (("Duty", "secondary"), ("Other", "primary")))
    assert double.ends_at - double.starts_at == DAY
    assert len(looked_at(cast.duty).doubles) == 2


def test_too_many_nights_count_those_before_the_span_and_on_other_rosters(cast):
    turns = {"layer": {"turn_unit": "week", "anchor_on": "2026-02-23"}}
    roster("before", [cast.specialist, cast.manager], **turns)
    after = roster("after", [cast.manager, cast.specialist], **turns)
    [mine] = [it for it in looked_at(after).breaches if it.person == cast.specialist.pk]
    assert (mine.kind, mine.have, mine.starts_at) == ("nights", 14, utc("2026-02-23"))


def test_ordinary_work_counts_as_work_and_a_run_of_ten_days_is_found(cast):
    weeks = {"is_paged": False, "depth": 0}
    days = {"turn_unit": "week", "turn_n": 1} | OFFICE
    tuesday = days | {"anchor_on": "2026-03-03", "working_days": [1, 2, 3, 4, 5]}
    sunday = days | {"anchor_on": "2026-03-01", "working_days": [6, 0, 1, 2, 3]}
    week = roster("week", [cast.specialist, cast.second], name="Tue-Sat", layer=tuesday, **weeks)
    roster("", [cast.second, cast.specialist], of=week, name="Sun-Thu", layer=sunday)
    found = looked_at(week, (AT, AT + 14 * DAY))
    [run] = [it for it in found.breaches if it.person == cast.specialist.pk]
    assert (run.kind, run.have, run.rest_days) == ("run", 10, (date(2026, 3, 7),))


def test_a_page_at_night_is_work_where_there_is_a_daily_rest(cast):
    week = roster("week", [cast.specialist], is_paged=False, layer=OFFICE | {"working_days": [0, 1, 2, 3, 4]})
    HandledPage.objects.create(person=cast.specialist, at=utc("2026-03-03T02:00"), minutes=5, key="1")
    assert looked_at(week, at=AT + DAY).breaches == []
    cast.specialist.site = "dublin"
    cast.specialist.save()
    [breach] = looked_at(week, at=AT + DAY).breaches
    assert (breach.kind, breach.have) == ("daily", 8)


def test_a_breach_of_somebody_who_is_not_on_it_then_is_none_of_this_rosters(cast):
    roster("hard", [cast.specialist], layer={"effective_until": AT + 2 * DAY})
    later = roster("later", [cast.specialist], layer={"effective_from": AT + 30 * DAY})
    assert looked_at(later, (AT, AT + 31 * DAY)).breaches == []


@pytest.mark.parametrize("count", [1, 4])
def test_the_cost_does_not_grow_with_the_rosters(cast, django_assert_num_queries, count):
    for number in range(count):
        roster(f"r{number}", [cast.second, cast.manager])
    with django_assert_num_queries(14):
        assert len(findings.of_rosters(Roster.objects.all(), span=WEEK, at=AT)) == count + 1


def test_one_roster_and_many_say_the_same(cast):
    other = roster("other", [cast.second, cast.manager, cast.specialist])
    many = findings.of_rosters(Roster.objects.all(), span=WEEK, at=AT)
    for one in (other, cast.duty):
        alone = looked_at(one)
        assert (alone.holes, alone.breaches, alone.doubles) == (
            many[one.pk].holes,
            many[one.pk].breaches,
            many[one.pk].doubles,
        )


def test_an_edit_that_is_not_saved_yet_is_judged_as_it_would_be(cast):
    first = roster("first", [cast.specialist])
    second = roster("second", [cast.manager])
    [as_if] = Roster.objects.filter(pk=first.pk).rules(WEEK).values()
    with_edit = findings.of_roster(second, span=WEEK, at=AT, rules=as_if)
    assert {it.person for it in with_edit.doubles} == {cast.specialist.pk}
    assert looked_at(second).doubles == []
