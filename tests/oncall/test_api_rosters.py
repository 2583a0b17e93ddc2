"""`/api/rosters/`: what there is to be on, and its layers, read and changed by machines."""

from datetime import time

import pytest

from accounts import clock
from accounts.models import AuditEvent
from oncall.models import Layer, Participant, Roster

LAYER = {
    "name": "Nights",
    "rank": 2,
    "anchor_on": "2026-03-02",
    "handoff_time": "09:00",
    "turn": {"n": 1, "unit": "week"},
    "working_days": ["MO", "TU"],
    "window": {"start": "20:00", "end": "08:00"},
    "participants": [["on-duty@cast.example"], ["Second@cast.example", "manager@cast.example"]],
}
NEW = {
    "name": "Night watch",
    "zone": "Europe/Dublin",
    "depth": 2,
    "require": [
        {"skill": "language:ru", "count": 1, "window": {"start": "08:00", "end": "20:00"}},
        {"skill": "clearance:csea"},
    ],
}


def put(call, layer=LAYER, **more):
    return call("post", "rosters/duty/layers/", {"version": 1, "layer": layer} | more)


def test_a_roster_is_made_told_and_found_in_the_list(call, chief):
    made = call("post", "rosters/", NEW)
    assert made.status_code == 201
    told = made.json()
    assert (told["slug"], told["owner"], told["version"]) == ("night-watch", chief.email, 1)
    assert told["require"] == [
        {"skill": "language:ru", "count": 1, "window": {"start": "08:00", "end": "20:00"}},
        {"skill": "clearance:csea", "count": 1, "window": None},
    ]
    assert call("get", "rosters/night-watch/").json() == told
    listed = call("get", "rosters/").json()
    assert ([row["slug"] for row in listed["results"]], listed["next"]) == (["duty", "night-watch"], None)


def test_a_change_says_only_what_changes_and_counts_the_version(call):
    call("post", "rosters/", NEW)
    told = call("patch", "rosters/night-watch/", {"version": 1, "fallback": "duty"}).json()
    assert (told["version"], told["fallback"], told["depth"]) == (2, "duty", 2)
    assert len(told["require"]) == 2
    told = call("patch", "rosters/night-watch/", {"version": 2, "require": []}).json()
    assert (told["require"], told["fallback"]) == ([], "duty")
    assert AuditEvent.objects.filter(action="roster_changed").count() == 2


def test_a_change_under_anothers_change_is_a_conflict_and_changes_nothing(call):
    call("patch", "rosters/duty/", {"version": 1, "depth": 3})
    late = call("patch", "rosters/duty/", {"version": 1, "depth": 5})
    assert (late.status_code, late["Content-Type"]) == (409, "application/problem+json")
    assert "meanwhile" in late.json()["detail"]
    assert Roster.objects.get(slug="duty").depth == 3


def test_a_second_manager_on_duty_is_refused_with_the_name_of_the_first(call):
    call("patch", "rosters/duty/", {"version": 1, "is_manager_on_duty": True})
    refused = call("post", "rosters/", NEW | {"is_manager_on_duty": True})
    assert (refused.status_code, "Duty" in refused.json()["detail"]) == (409, True)


BAD = {
    "no name": ({"zone": "UTC"}, "name"),
    "zone unknown": (NEW | {"zone": "Mars/Olympus"}, "zone"),
    "zone that climbs": (NEW | {"zone": "../../etc/passwd"}, "zone"),
    "negative depth": (NEW | {"depth": -1}, "depth"),
    "owner unknown": (NEW | {"owner": "nobody@cast.example"}, "owner"),
    "owner no address": (NEW | {"owner": 7}, "owner"),
    "fallback unknown": (NEW | {"fallback": "nowhere"}, "fallback"),
    "site unknown": (NEW | {"holiday_site": "atlantis"}, "holiday_site"),
    "ends before it begins": (
        NEW | {"begins_at": "2026-03-02T00:00:00Z", "ends_at": "2026-03-01T00:00:00Z"}, "ends_at"
    ),
    "naive begin": (NEW | {"begins_at": "2026-03-02T00:00:00"}, "begins_at"),
    "begin in the year 9000": (NEW | {"begins_at": "9000-03-02T00:00:00Z"}, "begins_at"),
    "skill unknown": (NEW | {"require": [{"skill": "clearance:flying"}]}, "require"),
    "skill of no kind": (NEW | {"require": [{"skill": "ru"}]}, "require"),
    "skill for nobody": (NEW | {"require": [{"skill": "language:ru", "count": 0}]}, "require"),
    "a window that is no time": (
        NEW | {"require": [{"skill": "language:ru", "window": {"start": "25:00", "end": "08:00"}}]}, "require"
    ),
    "a slug of one's own": (NEW | {"slug": "mine"}, "slug"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "field"), BAD.values(), ids=BAD.keys())
def test_a_roster_that_cannot_be_names_the_field_and_is_not_kept(call, body, field):
    answer = call("post", "rosters/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert Roster.objects.count() == 1


def test_whoever_could_not_open_on_duty_is_put_on_nothing_by_api(call, cast):
    said = f"The roles of {cast.reporter.name} do not open On duty."
    layer = LAYER | {"participants": [[cast.second.email], [cast.reporter.email]]}
    span = {"starts_at": "2030-01-01T00:00:00Z", "ends_at": "2030-01-02T00:00:00Z"}
    override = {"roster": "duty", "kind": "add", "by": cast.reporter.email} | span
    swap = {"to": cast.reporter.email, "give": [{"roster": "duty"} | span]}
    asked = {
        "layer": put(call, layer),
        "owner": call("patch", "rosters/duty/", {"version": 1, "owner": cast.reporter.email}),
        "by": call("post", "overrides/", override),
        "to": call("post", "swaps/", swap, by=cast.on_duty),
    }
    for field, answer in asked.items():
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
        assert said in str(answer.json()["errors"])


def test_a_change_is_held_against_what_is_there(call):
    call("patch", "rosters/duty/", {"version": 1, "begins_at": "2026-03-02T00:00:00Z"})
    for body, field in (
        ({"version": 2, "ends_at": "2026-03-01T00:00:00Z"}, "ends_at"),
        ({"version": 2, "fallback": "duty"}, "fallback"),
        ({"depth": 2}, "version"),
    ):
        answer = call("patch", "rosters/duty/", body)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_a_layer_is_put_as_a_file_writes_it_and_told_so_again(call):
    made = put(call)
    assert made.status_code == 201
    told = made.json()
    assert {name: told[name] for name in LAYER if name != "participants"} == {
        name: value for name, value in LAYER.items() if name != "participants"
    }
    pair = ["second@cast.example", "manager@cast.example"]
    assert told["participants"] == [["on-duty@cast.example"], pair]
    assert (told["ends_on"], told["effective_until"]) == (None, None)
    assert call("get", "rosters/duty/").json()["version"] == 2


def test_a_layer_in_place_of_another_leaves_the_past_as_it_was(call):
    put(call)
    since = clock.now().replace(microsecond=0).isoformat()
    again = put(call, LAYER | {"rank": 3}, version=2, replaces="Nights")
    assert again.status_code == 201
    rows = call("get", "rosters/duty/layers/").json()["results"]
    versions = [(row["rank"], row["effective_until"] is None) for row in rows if row["name"] == "Nights"]
    assert versions == [(3, True), (2, False)]
    assert since[:16] <= rows[0]["effective_from"][:16]


def test_a_layer_is_ended_and_gives_nothing_after(call):
    put(call)
    assert call("post", "rosters/duty/layers/end/", {"version": 2, "name": "Nights"}).status_code == 204
    assert Layer.objects.get(name="Nights").effective_until is not None
    again = call("post", "rosters/duty/layers/end/", {"version": 3, "name": "Nights"})
    assert (again.status_code, "ended meanwhile" in again.json()["detail"]) == (409, True)


def test_two_who_edit_layers_at_once_are_told_so(call):
    put(call)
    late = put(call, LAYER | {"name": "Other"})
    assert (late.status_code, "meanwhile" in late.json()["detail"]) == (409, True)
    assert not Layer.objects.filter(name="Other").exists()


def test_a_name_that_is_taken_is_a_conflict(call):
    put(call)
    assert put(call, version=2).status_code == 409


BAD_LAYERS = {
    "unknown person": ({"participants": [["nobody@cast.example"]]}, "participants"),
    "empty layer": ({"participants": []}, "participants"),
    "empty group": ({"participants": [[]]}, "participants"),
    "twice in a group": ({"participants": [["on-duty@cast.example"] * 2]}, "participants"),
    "ten thousand groups": ({"participants": [["on-duty@cast.example"]] * 10_000}, "participants"),
    "ten thousand people": (
        {"participants": [[f"p{n}@x.example" for n in range(1000)]] * 10},
        "participants",
    ),
    "zero-length turn": ({"turn": {"n": 0, "unit": "day"}}, "turn"),
    "turn of no unit": ({"turn": {"n": 1, "unit": "moon"}}, "turn"),
    "no such weekday": ({"working_days": ["MONDAY"]}, "working_days"),
    "no weekday": ({"working_days": []}, "working_days"),
    "handoff that is no time": ({"handoff_time": "24:00"}, "handoff_time"),
    "window that is no time": ({"window": {"start": "8 pm", "end": "08:00"}}, "window"),
    "window without an end": ({"window": {"start": "20:00"}}, "window"),
    "anchor that is no date": ({"anchor_on": "2026-02-30"}, "anchor_on"),
    "anchor before all calendars": ({"anchor_on": "0001-01-01"}, "anchor_on"),
    "ends before it begins": ({"ends_on": "2026-03-01"}, "ends_on"),
    "duty unknown": ({"duty": "tertiary"}, "duty"),
    "blank name": ({"name": " "}, "name"),
    "misspelt": ({"handof_time": "09:00"}, "handof_time"),
}


@pytest.mark.parametrize(("change", "field"), BAD_LAYERS.values(), ids=BAD_LAYERS.keys())
def test_a_layer_that_cannot_be_names_the_field_and_is_not_kept(call, change, field):
    answer = put(call, LAYER | change)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["layer"])
    assert list(answer.json()["errors"]["layer"]) == [field]
    assert not Layer.objects.filter(name="Nights").exists()


def test_equal_window_times_are_a_whole_day(call):
    told = put(call, LAYER | {"window": {"start": "08:00", "end": "08:00"}}).json()
    assert told["window"] == {"start": "08:00", "end": "08:00"}


def test_a_list_that_grows_is_told_in_pages_that_miss_and_repeat_nothing(call, cast, monkeypatch):
    monkeypatch.setattr("accounts.api.pagination.PAGE", 3)
    for number in range(7):
        Roster.objects.create(slug=f"r{number}", name=f"R{number}", zone="UTC", owner=cast.manager)
    seen, answer = [], call("get", "rosters/").json()
    while True:
        seen += [row["slug"] for row in answer["results"]]
        if answer["next"] is None:
            break
        answer = call("get", answer["next"].partition("/api/")[2]).json()
    assert seen == ["duty", *(f"r{number}" for number in range(7))]


@pytest.mark.parametrize("cursor", ["x", "WzFd:abc", "%00", "é"])
def test_a_cursor_of_ones_own_is_refused(call, cursor):
    answer = call("get", "rosters/", cursor=cursor)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cursor"])


def test_a_cursor_of_another_list_is_refused(call, cast, monkeypatch):
    monkeypatch.setattr("accounts.api.pagination.PAGE", 1)
    Roster.objects.create(slug="other", name="Other", zone="UTC", owner=cast.manager)
    query = call("get", "rosters/").json()["next"].partition("?")[2]
    assert call("get", f"overrides/?{query}").status_code == 400


def test_what_is_asked_and_not_known_is_refused(call):
    answer = call("get", "rosters/", colour="red")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["colour"])


def test_lists_cost_the_same_however_long_they_are(call, cast, chief, django_assert_num_queries):
    cast.token(chief)

    def asked():
        with django_assert_num_queries(8):
            call("get", "rosters/")
        with django_assert_num_queries(10):
            call("get", "rosters/duty/layers/")

    asked()
    duty = cast.duty
    for number in range(5):
        Roster.objects.create(
            slug=f"r{number}", name=f"R{number}", zone="UTC", owner=duty.owner, fallback=duty
        )
        layer = Layer.objects.create(
            roster=duty, name=f"L{number}", anchor_on="2026-01-01", handoff_time=time(9)
        )
        Participant.objects.create(layer=layer, group=0, person=cast.manager)
    asked()


def test_a_name_that_no_file_could_have_is_refused(call, cast):
    answer = call("post", "rosters/", {"name": "a\nb", "zone": "UTC"})
    assert (answer.status_code, "on one line" in answer.json()["detail"]) == (409, True)
