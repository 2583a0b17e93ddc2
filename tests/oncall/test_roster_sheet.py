"""The sheet of a roster: what it asks for, seen on its schedule before it is saved, refused where it is wrong."""

import re
from datetime import timedelta

import pytest

from oncall.models import Roster
from tests.oncall.rosters import utc
from tests.oncall.sheets import roster_sheet, url, words


def test_a_roster_is_made_with_everything_it_can_ask_for(cast, desk, chief):
    told = roster_sheet(
        chief,
        depth="2",
        fallback=str(cast.duty.pk),
        holiday_site="dublin",
        holiday_depth="1",
        begins_at="2026-06-01T08:00",
        ends_at="2026-07-01T08:00",
        skill=["clearance:terror", ""],
        skill_count=["1", "1"],
        skill_from=["20:00", ""],
        skill_to=["08:00", ""],
    )
    answer = desk.post(url("roster_add"), told)
    made = Roster.objects.get(name="Night desk")
    assert answer["Location"] == url("roster", made.pk)
    assert (made.slug, made.fallback, made.holiday_depth, made.owner) == ("night-desk", cast.duty, 1, chief)
    assert made.begins_at == utc("2026-06-01T07:00"), "wall clock of its own zone"
    assert [str(skill) for skill in made.required_skills.all()] == ["clearance:terror × 1"]
    assert "No layer yet" in words(desk.get(answer["Location"]))


def test_changing_a_roster_shows_the_schedule_it_comes_to_before_it_is_saved(cast, desk, chief):
    told = roster_sheet(chief, name="Duty", zone="America/Los_Angeles", depth="2", press="look")
    answer = desk.post(url("roster_edit", cast.duty.pk), told)
    assert "2 thin stretches" in words(answer)
    assert "Thin Primary: 1 of 2" in words(answer)
    cast.duty.refresh_from_db()
    assert cast.duty.depth == 1
    told |= {
        "depth": "1",
        "skill": ["clearance:terror"],
        "skill_count": ["1"],
        "skill_from": [""],
        "skill_to": [""],
    }
    answer = desk.post(url("roster_edit", cast.duty.pk), told)
    assert "too few with clearance Terrorism" in words(answer)
    assert not cast.duty.required_skills.exists()


@pytest.mark.parametrize(
    ("field", "changes", "sentence"),
    [
        ("name", {"name": ""}, "Name the roster"),
        ("name", {"name": "DUTY"}, "Another roster has this name"),
        ("zone", {"zone": "Mars/Olympus"}, "Choose a zone from the list"),
        ("zone", {"zone": "../etc/passwd"}, "Choose a zone from the list"),
        ("owner", {"owner": "999999"}, "Select a valid choice"),
        ("owner", {"owner": "reporter"}, "Select a valid choice"),
        ("depth", {"depth": "-1"}, "greater than or equal to 0"),
        ("depth", {"depth": "32768"}, "less than or equal to 100"),
        ("is_paged", {"is_paged": "", "is_manager_on_duty": "on"}, "tick this as well"),
        ("holiday_site", {"holiday_depth": "1"}, "Choose whose holidays"),
        ("ends_at", {"begins_at": "2026-06-01T08:00", "ends_at": "2026-06-01T08:00"}, "must be after"),
        ("begins_at", {"begins_at": "2026-06-01T08:00+01:00"}, "Write a date and a time"),
        ("fallback", {"fallback": "999999"}, "Select a valid choice"),
    ],
)
def test_what_can_be_no_roster_is_refused_at_its_field(cast, desk, chief, field, changes, sentence):
    if changes.get("owner") == "reporter":  # who could not open what the owner is told of
        changes = {"owner": str(cast.reporter.pk)}
    answer = desk.post(url("roster_add"), roster_sheet(chief, **changes))
    said = re.search(rf'(?s)id="id_{field}_error">(.*?)</div>', answer.content.decode())
    assert (answer.status_code, bool(said)) == (422, True)
    assert sentence in words(said[1])
    assert Roster.objects.count() == 1


@pytest.mark.parametrize(
    ("skill", "sentence"),
    [
        (("language:xx", "1", "", ""), ""),
        (("language:toolong", "1", "", ""), "Choose a language or a clearance"),
        (("magic:x", "1", "", ""), "Choose a language or a clearance"),
        (("clearance:terror", "0", "", ""), "Ask for 1 to 100 people."),
        (("clearance:terror", "many", "", ""), "Ask for 1 to 100 people."),
        (("clearance:terror", "9" * 5000, "", ""), "Ask for 1 to 100 people."),
        (("clearance:terror", "1", "20:00", ""), "Give both times, or neither."),
        (("clearance:terror", "1", "20:00", "24:00"), "Write a time of day"),
    ],
)
def test_what_can_be_no_skill_is_refused_beside_it(cast, desk, chief, skill, sentence):
    names = ("skill", "skill_count", "skill_from", "skill_to")
    told = roster_sheet(chief) | {name: [value] for name, value in zip(names, skill, strict=True)}
    answer = desk.post(url("roster_add"), told)
    if not sentence:
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert sentence in words(re.search(r'(?s)id="skill-0-wrong">(.*?)</p>', answer.content.decode())[1])


def test_a_second_manager_on_duty_is_refused_by_name(cast, desk, chief):
    Roster.objects.filter(pk=cast.duty.pk).update(is_manager_on_duty=True)
    answer = desk.post(url("roster_add"), roster_sheet(chief, is_manager_on_duty="on"))
    assert "Duty is the manager on duty. Take it from that roster first." in words(answer)


def test_skill_rows_come_and_go_and_lose_nothing(cast, desk, chief):
    told = roster_sheet(chief, name="Half a na", zone="Mar", press="add-skill") | {
        "skill": ["clearance:terror"],
        "skill_count": ["x"],
        "skill_from": ["20:00"],
        "skill_to": [""],
    }
    answer = desk.post(url("roster_add"), told)
    rows = answer.context["sheet"].skills.rows
    assert [(row.skill, row.count, row.start) for row in rows] == [
        ("clearance:terror", "x", "20:00"),
        ("", "1", ""),
    ]
    assert 'class="refusal"' not in answer.content.decode()
    assert 'value="Half a na"' in answer.content.decode()


def test_an_edit_of_something_else_keeps_the_seconds_and_the_second_showing(cast, desk, chief):
    kept = {
        "begins_at": utc("2026-01-01T00:00:30"),
        "ends_at": utc("2026-11-01T09:30"),
    }  # 01:30 PST, shown twice
    Roster.objects.filter(pk=cast.duty.pk).update(**kept)
    cast.duty.refresh_from_db()
    page = desk.get(url("roster_edit", cast.duty.pk)).content.decode()
    wall = dict(re.findall(r'name="(begins_at|ends_at)" value="([^"]*)"', page))
    told = roster_sheet(chief, name="Duty", zone="America/Los_Angeles", **wall)
    assert desk.post(url("roster_edit", cast.duty.pk), told).status_code == 302
    cast.duty.refresh_from_db()
    assert {name: getattr(cast.duty, name) for name in kept} == kept


def test_a_new_roster_begins_now_and_nobody_is_missing_before(cast, desk, chief, set_clock):
    at = utc("2026-03-04T12:00:07")
    set_clock(at)
    desk.post(url("roster_add"), roster_sheet(chief))
    made = Roster.objects.get(name="Night desk")
    assert (made.ends_at, abs(made.begins_at - at) < timedelta(minutes=1)) == (None, True)
    assert made.begins_at.microsecond == 0
    page = words(desk.get(url("roster", made.pk)))
    assert "Temporary" not in page
    past = url("roster_coverage", made.pk) + "?since=2026-02-02&until=2026-03-03"
    assert "Gap Primary: nobody" not in words(desk.get(past))
    assert "Nobody" not in words(desk.get(url("on_duty") + "?view=month&on=2026-02-10&roster=night-desk"))
    path = {"version": "1", "name": "Night desk", "begins_at": f"{made.begins_at:%Y-%m-%dT%H:%M}"}
    desk.post(url("roster_edit", made.pk), roster_sheet(chief, **path))
    assert Roster.objects.get(pk=made.pk).begins_at == made.begins_at
