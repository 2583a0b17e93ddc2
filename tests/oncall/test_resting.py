"""The rest rules, as tables: what is a breach, what is not, what is proposed."""

from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from oncall.resting import Load, breaches, doubles, late_starts, rules_of
from oncall.rota import final_schedule
from tests.oncall.rosters import layer, rota, utc

UTC = ZoneInfo("UTC")
DAY = timedelta(days=1)


def at(day, clock="00:00"):
    """A moment of the March that begins on Sunday the 1st."""
    return utc(f"2026-03-{day:02}T{clock}")


def worked(*days, hours="09:00-17:00"):
    start, _, end = hours.partition("-")
    overnight = DAY if end <= start else timedelta()
    return [(at(day, start), at(day, end) + overnight) for day in days]


def on_call(*spans, post=("Duty", "primary")):
    return [(post, (at(*start), at(*end))) for start, end in spans]


def found(site="dublin", **load):
    return [(it.kind, it.have, it.need) for it in breaches([Load("A", UTC, rules_of(site), **load)])]


@pytest.mark.parametrize(
    ("why", "load", "told"),
    [
        ("an ordinary week", {"work": worked(2, 3, 4, 5, 6)}, []),
        ("late, then early: ten hours", {"work": worked(2, hours="12:00-21:00") + worked(3, hours="07:00-15:00")},
         [("daily", 10, 11)]),
        ("late, then not too early: eleven",
         {"work": worked(2, hours="12:00-20:00") + worked(3, hours="07:00-15:00")}, []),
        ("fourteen hours leave ten", {"work": worked(2, hours="08:00-22:00")}, [("daily", 10, 11)]),
        ("thirteen leave eleven", {"work": worked(2, hours="08:00-21:00")}, []),
        ("a page at two breaks the night", {"work": worked(2, 3), "pages": [(at(3, "02:00"), at(3, "02:20"))]},
         [("daily", 9, 11)]),
        ("a page that took no time as well", {"work": worked(2, 3), "pages": [(at(3, "02:00"), at(3, "02:00"))]},
         [("daily", 9, 11)]),
        ("a page before a free day", {"work": worked(2), "pages": [(at(3, "02:00"), at(3, "02:20"))]},
         [("daily", 9, 11)]),
        ("a page after a free day", {"work": worked(2), "pages": [(at(4, "02:00"), at(4, "02:20"))]}, []),
        ("on call without a page is rest", {"work": worked(2, 3), "on_call": on_call(((2,), (4,)))}, []),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)  # fmt: skip
def test_eleven_hours_of_daily_rest_in_dublin(why, load, told):
    assert found(**load) == told
    assert found("los_angeles", **load) == [], "no such rule elsewhere"


@pytest.mark.parametrize("site", ["dublin", "los_angeles", "singapore", ""])
@pytest.mark.parametrize(
    ("work", "pages", "told"),
    [
        (worked(2, 3, 4, 5, 6, 7), [], []),
        (worked(2, 3, 4, 5, 6, 7, 8), [], [("run", 7, 6)]),
        (worked(2, 3, 4, 5, 6, 9, 10, 11, 12, 13), [], []),
        # Five days, then a page in the only free night: no unbroken day in the seven that began on Monday.
        (worked(2, 3, 4, 5, 6, 8), [(at(7, "12:00"), at(7, "12:30"))], [("weekly", 20, 24)]),
        (worked(2, 3, 4, 5, 6), [(at(7, "12:00"), at(7, "12:30"))], []),
    ],
)
def test_a_day_of_rest_in_seven_everywhere(site, work, pages, told):
    assert [it for it in found(site, work=work, pages=pages) if it[0] != "daily"] == told


def test_the_ten_days_when_a_cohort_changes_weeks_are_told_once_with_a_rest_day():
    switching = Load("A", UTC, rules_of("los_angeles"), worked(3, 4, 5, 6, 7, 8, 9, 10, 11, 12))
    [run] = breaches([switching])
    assert (run.kind, run.have, run.need) == ("run", 10, 6)
    assert (run.starts_at, run.ends_at) == (at(3, "09:00"), at(12, "17:00"))
    assert run.rest_days == (date(2026, 3, 7),), "four days, one of rest, five days"


def test_four_days_off_when_a_cohort_changes_back_are_nothing():
    assert found(work=worked(1, 2, 3, 4, 5, 10, 11, 12, 13, 14)) == []


def test_a_cohort_does_not_rest_on_one_day():
    days = worked(3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
    told = breaches([Load(name, UTC, work=days) for name in "ABC"])
    assert len({it.rest_days for it in told}) == 3


def test_a_rest_day_is_proposed_where_the_most_are_at_work():
    long = Load("A", UTC, work=worked(3, 4, 5, 6, 7, 8, 9, 10, 11, 12))
    others = [Load(name, UTC, work=worked(9)) for name in "BC"]
    assert [it.rest_days for it in breaches([long, *others])] == [(date(2026, 3, 9),)]


def test_a_long_run_gets_as_many_rest_days_as_it_takes():
    [run] = breaches([Load("A", UTC, work=worked(*range(1, 29)))])
    off = [0, *(day.day for day in run.rest_days), 29]
    assert len(run.rest_days) == 4
    assert max(two - one - 1 for one, two in pairwise(off)) <= 6


def test_the_engines_own_change_of_weeks_is_such_a_run():
    weeks = rota(
        layer("A B", "2024-08-06", n=1, unit="week", name="Tue-Sat", days="TU WE TH FR SA", window="09:00-17:00"),
        layer("B A", "2024-08-04", n=1, unit="week", name="Sun-Thu", days="SU MO TU WE TH", window="09:00-17:00"),
    )  # fmt: skip
    shifts = final_schedule(weeks, utc("2024-08-01"), utc("2024-08-26"))
    work = {one: [(it.starts_at, it.ends_at) for it in shifts if one in it.people] for one in "AB"}
    runs = [it for it in breaches(Load(one, UTC, work=work[one]) for one in "AB") if it.kind == "run"]
    assert [(it.person, it.starts_at.date(), it.have) for it in runs] == [
        ("A", date(2024, 8, 6), 10),
        ("B", date(2024, 8, 13), 10),
    ]


def test_overnight_work_belongs_to_the_day_it_begins_on():
    assert found("los_angeles", work=worked(2, 3, 4, 5, 6, 7, hours="22:00-06:00")) == []


@pytest.mark.parametrize(
    ("why", "spans", "told"),
    [
        ("a week of seven nights", [((2, "09:00"), (9, "09:00"))], []),
        ("every other week", [((2, "09:00"), (9, "09:00")), ((16, "09:00"), (23, "09:00"))], []),
        ("an eighth night", [((2, "09:00"), (10, "09:00"))], [("nights", 8, 7)]),
        ("two weeks in a row", [((2, "09:00"), (16, "09:00"))], [("nights", 14, 7)]),
        ("three weeks in a row are one breach", [((2, "09:00"), (23, "09:00"))], [("nights", 14, 7)]),
        ("by day only", [((day, "08:00"), (day, "20:00")) for day in range(1, 29)], []),
        ("eight in fifteen", [((day, "20:00"), (day + 1, "08:00")) for day in (1, 3, 5, 7, 9, 11, 13, 15)], []),
        ("eight in fourteen", [((day, "20:00"), (day + 1, "08:00")) for day in (1, 3, 5, 7, 9, 11, 13, 14)],
         [("nights", 8, 7)]),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)  # fmt: skip
def test_at_most_seven_nights_on_call_in_fourteen(why, spans, told):
    assert found(on_call=on_call(*spans)) == told


def test_two_duties_in_one_night_are_one_night():
    both = on_call(((2, "09:00"), (9, "09:00"))) + on_call(
        ((2, "09:00"), (9, "09:00")), post=("Other", "primary")
    )
    assert found(on_call=both) == []


@pytest.mark.parametrize(
    ("on", "told"),
    [((3, 9), []), ((3, 9, 17), [("holidays", 3, 2)]), ((3, 9, 26), []), ((9, 17, 26), [("holidays", 3, 2)])],
)
def test_at_most_two_holidays_in_a_row(on, told):
    """The holidays of this March are the 3rd, 9th, 17th and 26th."""
    holidays = frozenset(date(2026, 3, day) for day in (3, 9, 17, 26))
    assert found(work=worked(*on), holidays=holidays) == told


def test_somebody_on_two_posts_at_once_is_told_for_as_long_as_it_lasts():
    primary, manager = ("Duty", "primary"), ("Manager", "primary")
    held = on_call(((2,), (4,))) + on_call(((3,), (5,)), post=manager) + on_call(((4,), (5,)))
    [double] = doubles(Load("A", UTC, on_call=held))
    assert (double.starts_at, double.ends_at, double.posts) == (at(3), at(5), (primary, manager))


def test_one_post_after_another_or_from_two_layers_is_no_double():
    assert doubles(Load("A", UTC, on_call=on_call(((2,), (4,)), ((3,), (5,))))) == []
    assert (
        doubles(Load("A", UTC, on_call=on_call(((2,), (4,))) + on_call(((4,), (5,)), post=("M", "x")))) == []
    )


@pytest.mark.parametrize(
    ("why", "page", "work", "offered"),
    [
        ("at two", (3, "02:00"), worked(3), (3, "13:00")),
        ("at half past five", (3, "05:30"), worked(3), (3, "16:30")),
        ("at six the night is over", (3, "06:00"), worked(3), None),
        ("at ten in the evening", (2, "22:00"), worked(3), None),
        ("at eleven", (2, "23:00"), worked(3), (3, "10:00")),
        ("no hour of the day is left", (3, "02:00"), worked(3, hours="04:00-12:00"), (3, "12:00")),
        ("free that day", (3, "02:00"), worked(4), None),
        ("at work anyway", (3, "02:00"), worked(2, hours="22:00-06:00"), None),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_a_late_start_is_offered_after_a_page_at_night(why, page, work, offered):
    until = at(*page)
    offers = late_starts(Load("A", UTC, work=work, pages=[(until - timedelta(minutes=4), until)]))
    assert [it.offered_at for it in offers] == ([at(*offered)] if offered else [])


def test_the_last_page_of_a_night_counts():
    pages = [(at(3, "01:00"), at(3, "01:05")), (at(3, "03:00"), at(3, "03:05"))]
    [offer] = late_starts(Load("A", UTC, work=worked(3), pages=pages))
    assert offer.offered_at == at(3, "14:05")


def test_night_is_night_where_the_person_lives():
    pages = [(utc("2026-03-03T10:00"), utc("2026-03-03T10:05"))]  # 02:05 in Los Angeles
    work = [(utc("2026-03-03T17:00"), utc("2026-03-04T01:00"))]
    [offer] = late_starts(Load("A", ZoneInfo("America/Los_Angeles"), work=work, pages=pages))
    assert offer.offered_at == utc("2026-03-03T21:05")
