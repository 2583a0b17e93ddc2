"""The sheet of a layer, and ending one: a look saves nothing, a hole is seen before it is there, no word is lost."""

import re
from dataclasses import replace

import pytest

from accounts import clock
from accounts.models import AuditEvent, Message
from oncall.actions import layers as layer_actions
from oncall.actions import rosters as roster_actions
from oncall.models import Layer
from tests.oncall.rosters import layer, utc
from tests.oncall.sheets import layer_sheet, url, words


def test_a_layer_is_added_with_everything_it_can_have(cast, desk, chief):
    told = layer_sheet(
        cast.second,
        cast.manager,
        working_days=["4", "5"],
        window_start="20:00",
        window_end="08:00",
        turn_n="2",
        turn_unit="working_day",
        ends_on="2030-01-01",
    )
    told["who-1"] = [str(cast.manager.pk), str(cast.specialist.pk)]
    answer = desk.post(url("layer_add", cast.duty.pk), told)
    assert (answer.status_code, answer["Location"]) == (302, url("roster", cast.duty.pk))
    row = Layer.objects.get(name="Nights")
    assert (row.working_days, f"{row.window_start:%H:%M}", str(row.ends_on)) == (
        [4, 5],
        "20:00",
        "2030-01-01",
    )
    assert (row.turn_n, row.turn_unit, row.rank) == (2, "working_day", 2)
    assert [(it.group, it.person) for it in row.participants.order_by("pk")] == [
        (0, cast.second),
        (1, cast.manager),
        (1, cast.specialist),
    ]
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.actor) == ("layer_added", chief)
    assert Message.objects.filter(to=cast.second, subject="Your shifts changed").exists()


def test_an_edit_opens_a_new_version_and_leaves_the_past(cast, desk):
    row = Layer.objects.get(name="primary")
    page = desk.get(url("layer_edit", cast.duty.pk, row.pk))
    assert f'<option value="{cast.on_duty.pk}" selected>' in page.content.decode()
    told = layer_sheet(cast.manager, name="Days", replaces="primary")
    assert desk.post(url("layer_edit", cast.duty.pk, row.pk), told).status_code == 302
    row.refresh_from_db()
    assert row.effective_until == Layer.objects.get(name="Days").effective_from
    assert desk.get(url("layer_edit", cast.duty.pk, row.pk)).status_code == 404, (
        "it speaks for nothing any more"
    )


@pytest.mark.parametrize("press", ["preview", "look"])
def test_a_look_shows_what_saving_would_leave_and_saves_nothing(cast, desk, press):
    before = Layer.objects.count(), AuditEvent.objects.count(), Message.objects.count()
    told = layer_sheet(cast.specialist, press=press)
    answer = desk.post(url("layer_add", cast.duty.pk), told)
    assert answer.status_code == 200
    page = words(answer)
    assert "The next four weeks, if you save this" in page
    assert "Shifts change for On-Duty, Specialist." in page
    assert ("<form" in answer.content.decode()) == (press == "preview")
    assert (Layer.objects.count(), AuditEvent.objects.count(), Message.objects.count()) == before


def test_a_layer_need_not_have_a_name_to_be_looked_at(cast, desk):
    answer = desk.post(url("layer_add", cast.duty.pk), layer_sheet(cast.specialist, name="", press="look"))
    assert "Shifts change for On-Duty, Specialist." in words(answer)
    assert "Name : Name the layer" in words(answer)


def test_a_hole_an_edit_would_open_is_painted_before_it_is_saved(cast, desk):
    told = layer_sheet(
        cast.on_duty,
        name="primary",
        replaces="primary",
        press="look",
        window_start="08:00",
        window_end="12:00",
    )
    row = Layer.objects.get(name="primary")
    answer = desk.post(url("layer_edit", cast.duty.pk, row.pk), told)
    assert "Gap Primary: nobody" in words(answer)
    assert 'class="board-bar"' in answer.content.decode()
    assert 'data-kind="gap"' in answer.content.decode()
    assert "The handoff lies within its hours" not in words(answer), "the same person goes on"


def test_times_on_the_sheet_are_the_rosters_own(cast, desk, set_clock):
    set_clock(utc("2026-03-04T12:00"))
    told = layer_sheet(cast.specialist, since="2026-03-08T02:30", press="save")
    assert desk.post(url("layer_add", cast.duty.pk), told).status_code == 302
    assert Layer.objects.get(name="Nights").effective_from == utc("2026-03-08T10:00"), "where the clocks jump"
    page = desk.get(url("layer_edit", cast.duty.pk, Layer.objects.get(name="Nights").pk)).content.decode()
    assert 'value="2026-03-08T03:00"' in page


def test_more_people_than_a_layer_holds_are_refused_where_they_are_chosen_and_kept(cast, desk):
    answer = desk.post(url("layer_add", cast.duty.pk), layer_sheet(*[cast.second] * 1_001))
    said = re.search(r'(?s)id="turns-wrong">(.*?)</p>', answer.content.decode())
    assert (answer.status_code, words(said[1])) == (422, "A layer holds at most 1,000 people.")
    assert answer.content.decode().count(f'<option value="{cast.second.pk}" selected>') == 1_001
    assert desk.post(url("layer_add", cast.duty.pk), layer_sheet(*[cast.second] * 700)).status_code == 302


PAST = "The past stays as it was. Give a time from now on, or leave it empty."


def test_a_layer_in_force_or_ended_in_the_past_is_refused_at_the_field(cast, desk, set_clock):
    set_clock(utc("2026-03-04T20:00:30"))
    row = Layer.objects.get(name="primary")
    for address, told in (
        (url("layer_add", cast.duty.pk), layer_sheet(cast.second)),
        (url("layer_end", cast.duty.pk, row.pk), {"press": "end", "version": "1"}),
    ):
        answer = desk.post(address, told | {"since": "2026-03-04T11:58"})
        said = re.search(r'(?s)id="id_since_error">(.*?)</div>', answer.content.decode())
        assert (answer.status_code, words(said[1])) == (422, PAST)
        assert 'value="2026-03-04T11:58"' in answer.content.decode()
    row.refresh_from_db()
    assert (Layer.objects.count(), row.effective_until) == (2, None)
    told = layer_sheet(cast.second, since="2026-03-04T12:00")
    assert desk.post(url("layer_add", cast.duty.pk), told).status_code == 302, "this minute is now"


@pytest.mark.parametrize(
    ("button", "people"),
    [
        ("add-turn", [["a"], ["b"], [""]]),
        ("remove-turn:0", [["b"]]),
        ("down:0", [["b"], ["a"]]),
        ("up:1", [["b"], ["a"]]),
        ("up:0", [["a"], ["b"]]),
        ("add-person:1", [["a"], ["b", ""]]),
        ("remove-person:0:0", [[], ["b"]]),
        ("remove-turn:99", [["a"], ["b"]]),
        ("nonsense:1:2:3", [["a"], ["b"]]),
    ],
)
def test_the_buttons_of_the_sheet_lose_nothing_and_save_nothing(cast, desk, button, people):
    ids = {"a": str(cast.second.pk), "b": str(cast.manager.pk), "": ""}
    told = layer_sheet(cast.second, cast.manager, press=button, name="Half a na", anchor_on="20")
    answer = desk.post(url("layer_add", cast.duty.pk), told)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer.context["sheet"].turns.rows == [[ids[one] for one in row] for row in people]
    assert 'value="Half a na"' in page
    assert 'class="refusal"' not in page, "a button blames nobody"
    assert not Layer.objects.filter(name="Half a na").exists()


@pytest.mark.parametrize(
    ("field", "changes", "sentence"),
    [
        ("name", {"name": ""}, "Name the layer"),
        ("name", {"name": "primary"}, "Another layer of this roster has this name"),
        ("name", {"name": "Override"}, "is what shifts given by hand are called"),
        ("name", {"name": "n" * 81}, "at most 80 characters"),
        ("turn_n", {"turn_n": "0"}, "greater than or equal to 1"),
        ("turn_n", {"turn_n": "10001"}, "less than or equal to 10000"),
        ("turn_unit", {"turn_unit": "fortnight"}, "Select a valid choice"),
        ("duty", {"duty": "tertiary"}, "Select a valid choice"),
        ("rank", {"rank": "-1"}, "greater than or equal to 0"),
        ("anchor_on", {"anchor_on": "2026-02-30"}, "Write a date as 2026-03-08."),
        ("anchor_on", {"anchor_on": "0001-01-01"}, "Choose a day between 2000 and 2100."),
        ("handoff_time", {"handoff_time": "24:00"}, "Write a time of day as 09:00"),
        ("window_start", {"window_start": "25:00", "window_end": "08:00"}, "Write a time of day as 09:00"),
        ("window_end", {"window_start": "20:00"}, "Give both times, or neither."),
        ("ends_on", {"ends_on": "2026-03-02"}, "The layer must end after it begins."),
        ("since", {"since": "9999-12-31T09:00"}, "Check the year: give a moment from 2000 to 2100."),
        ("since", {"since": "yesterday"}, "Write a date and a time"),
        ("working_days", {"working_days": ["9"]}, "Select a valid choice"),
    ],
)
def test_what_can_be_no_layer_is_refused_at_its_field(cast, desk, field, changes, sentence):
    answer = desk.post(url("layer_add", cast.duty.pk), layer_sheet(cast.second, **changes))
    said = re.search(rf'(?s)id="id_{field}_error">(.*?)</div>', answer.content.decode())
    assert (answer.status_code, bool(said)) == (422, True)
    assert sentence in words(said[1])
    assert Layer.objects.count() == 2


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        ({"turn": []}, "Choose at least one person"),
        ({"who-0": [""]}, "Choose at least one person"),
        ({"who-0": ["999999"]}, "Choose people from the list"),
        ({"who-0": ["x\x00"]}, "Choose people from the list"),
    ],
)
def test_a_layer_without_people_is_refused_where_people_are_chosen(cast, desk, people, sentence):
    answer = desk.post(url("layer_add", cast.duty.pk), layer_sheet(cast.second) | people)
    assert answer.status_code == 422
    assert sentence in words(re.search(r'(?s)id="turns-wrong">(.*?)</p>', answer.content.decode())[1])


def test_people_whose_roles_do_not_open_on_duty_are_not_offered_and_refused_by_name(cast, desk):
    page = desk.get(url("layer_add", cast.duty.pk)).content.decode()
    for one in (cast.reporter, cast.outsider):
        assert f'<option value="{one.pk}"' not in page
    for one in (cast.partner, cast.specialist):
        assert f'<option value="{one.pk}"' in page
    answer = desk.post(url("layer_add", cast.duty.pk), layer_sheet(cast.second, cast.reporter, cast.outsider))
    said = re.search(r'(?s)id="turns-wrong">(.*?)</p>', answer.content.decode())[1]
    assert (answer.status_code, Layer.objects.count()) == (422, 2)
    assert "The roles of Outsider and Reporter do not open On duty." in words(said)


def test_somebody_on_a_layer_who_loses_the_role_is_a_caution_on_the_roster(cast, desk):
    said = "Second has no role that opens On duty"
    assert said not in words(desk.get(url("roster", cast.duty.pk)))
    cast.second.role_assignments.update(role="reporter")
    assert said in words(desk.get(url("roster", cast.duty.pk)))
    told = layer_sheet(cast.second, replaces="secondary", name="secondary", duty="secondary")
    row = Layer.objects.get(name="secondary")
    assert desk.post(url("layer_edit", cast.duty.pk, row.pk), told).status_code == 422


def test_two_at_one_roster_get_a_conflict_that_can_be_read_and_lose_nothing(cast, desk, chief):
    roster_actions.change(
        roster=cast.duty,
        version=1,
        skills=(),
        by=cast.admin,
        at=clock.now(),
        name="Duty",
        depth=3,
        fallback=None,
    )
    answer = desk.post(url("layer_add", cast.duty.pk), layer_sheet(cast.second, name="Mine"))
    page = words(answer)
    assert answer.status_code == 422
    assert "Somebody changed this roster meanwhile." in page
    assert "Roster changed : Admin," in page
    assert "On at once 1 3" in page
    assert "Save again to add it to what is there now." in page
    assert "in place of what is there" not in page
    assert 'value="Mine"' in answer.content.decode()
    assert 'name="version" value="2"' in answer.content.decode()
    again = desk.post(url("layer_add", cast.duty.pk), layer_sheet(cast.second, name="Mine", version="2"))
    assert again.status_code == 302


def test_a_layer_somebody_else_put_another_version_of_is_a_conflict_and_no_dead_end(cast, desk):
    row = Layer.objects.get(name="primary")
    theirs = replace(layer("A", "2026-03-02", name="Renamed"), groups=((cast.manager.pk,),))
    layer_actions.put(
        roster=cast.duty, version=1, layer=theirs, replaces="primary", by=cast.admin, at=clock.now()
    )
    told = layer_sheet(cast.second, name="primary", replaces="primary")
    answer = desk.post(url("layer_edit", cast.duty.pk, row.pk), told)
    assert (answer.status_code, "Layer changed : Admin," in words(answer)) == (422, True)
    assert "Save again to put it in place of what is there now." in words(answer)
    answer = desk.post(url("layer_edit", cast.duty.pk, row.pk), told | {"version": "2"})
    assert "The layer primary has ended meanwhile." in words(answer)
    ending = desk.post(url("layer_end", cast.duty.pk, row.pk), {"press": "end", "version": "1"})
    assert (ending.status_code, "What was changed meanwhile" in words(ending)) == (422, True)
    assert "Press again to end it all the same." in words(ending)


def test_ending_a_layer_shows_what_is_left_first_and_ends_it_on_the_second_press(cast, desk):
    row = Layer.objects.get(name="primary")
    address = url("layer_end", cast.duty.pk, row.pk)
    page = words(desk.get(address))
    assert "Primary: no layer is left for it. Whoever pages it reaches nobody." in page
    assert "Gap Primary: nobody" in page
    looked = desk.post(address, {"press": "preview", "version": "1", "since": "2099-01-01T00:00"})
    assert "if you save this Covered Nobody is missing at any time." in words(looked)
    row.refresh_from_db()
    assert row.effective_until is None
    assert desk.post(address, {"press": "end", "version": "1"}).status_code == 302
    row.refresh_from_db()
    assert row.effective_until is not None
    assert desk.post(address, {"press": "end", "since": "then"}).status_code == 422
