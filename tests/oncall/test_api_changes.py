"""Overrides, swaps, time off and the ledger by API: the same actions as on the screens, refused in the same words."""

import uuid
from datetime import time, timedelta

import pytest

from accounts import clock
from accounts.models import ContactMethod, Message
from oncall.models import HandledPage, Layer, Override, Participant, Swap, TimeOff, WorkedShift
from tests.cast import HASHED, START, person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def at(cast):
    return clock.now()


def span(at, start=HOUR, end=5 * HOUR):
    return {"starts_at": (at + start).isoformat(), "ends_at": (at + end).isoformat()}


def replacing(cast, at, **more):
    change = {"roster": "duty", "kind": "replace", "person": cast.on_duty.email, "by": cast.specialist.email}
    return change | span(at) | more


def on_duty(call, at, duty="primary"):
    told = call("get", "on-duty/", at=at.isoformat(), roster="duty").json()
    return told["rosters"][0]["duties"][duty]


# -- Overrides -------------------------------------------------------------------------------------


def test_an_override_is_made_told_listed_and_ended(call, cast, at):
    made = call("post", "overrides/", replacing(cast, at, reason="A dentist"), by=cast.manager)
    assert made.status_code == 201
    told = made.json()
    assert (told["by"], told["made_by"], told["acknowledged"]) == (
        cast.specialist.email,
        cast.manager.email,
        [],
    )
    assert on_duty(call, at + 2 * HOUR) == [cast.specialist.email]
    assert call("get", "overrides/", roster="duty").json()["results"] == [told]
    ended = call("post", f"overrides/{told['id']}/end/")
    assert (ended.status_code, ended.json()["ended_by"]) == (200, "chief@cast.example")
    assert on_duty(call, at + 2 * HOUR) == [cast.on_duty.email]
    assert call("post", f"overrides/{told['id']}/end/").status_code == 409


def test_whoever_loses_a_shift_by_api_hears_of_it(call, cast, at):
    call("post", "overrides/", replacing(cast, at))
    told = Message.objects.filter(dedupe_key__startswith="shifts:").values_list("to__email", flat=True)
    assert set(told) == {cast.on_duty.email, cast.specialist.email}


def test_what_speaks_against_it_is_told_and_can_be_overruled_by_name(call, cast, at):
    ContactMethod.objects.filter(person=cast.specialist).update(verified_at=None)
    body = replacing(cast, at)
    refused = call("post", "overrides/", body)
    assert refused.status_code == 409
    assert [it["code"] for it in refused.json()["objections"]] == ["unreachable"]
    assert not Override.objects.exists()
    made = call("post", "overrides/", body | {"acknowledge": True})
    assert (made.status_code, made.json()["acknowledged"]) == (201, ["unreachable"])


def test_overrides_are_narrowed_to_a_span(call, cast, at):
    call("post", "overrides/", replacing(cast, at))
    later = (at + 6 * HOUR).isoformat()
    assert call("get", "overrides/", starts_at=later).json()["results"] == []
    assert len(call("get", "overrides/", ends_at=later).json()["results"]) == 1


BAD_OVERRIDES = {
    "nobody comes instead": ({"by": None}, "by"),
    "somebody instead of who is removed": ({"kind": "remove"}, "by"),
    "somebody replaced by adding": ({"kind": "add"}, "person"),
    "unknown kind": ({"kind": "swap"}, "kind"),
    "unknown roster": ({"roster": "nowhere"}, "roster"),
    "unknown person": ({"by": "nobody@cast.example"}, "by"),
    "unknown duty": ({"duty": "third"}, "duty"),
    "end before start": ({"ends_at": "2026-01-01T00:00:00Z"}, "ends_at"),
    "longer than a year": ({"ends_at": "2150-01-01T00:00:00Z"}, "ends_at"),
    "a naive time": ({"starts_at": "2026-01-01T00:00:00"}, "starts_at"),
    "misspelt": ({"persn": None}, "persn"),
}


@pytest.mark.parametrize(("change", "field"), BAD_OVERRIDES.values(), ids=BAD_OVERRIDES.keys())
def test_an_override_that_cannot_be_names_the_field_and_is_not_kept(call, cast, at, change, field):
    answer = call("post", "overrides/", replacing(cast, at) | change)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Override.objects.exists()


def test_the_past_is_not_overridden(call, cast, at):
    answer = call("post", "overrides/", replacing(cast, at, **span(at, -5 * HOUR, -HOUR)))
    assert (answer.status_code, "over" in answer.json()["detail"]) == (409, True)


# -- Swaps -----------------------------------------------------------------------------------------


def offered(call, cast, at, **more):
    part = {"roster": "duty"} | span(at)
    return call("post", "swaps/", {"to": cast.specialist.email, "give": [part]} | more, by=cast.on_duty)


def test_a_swap_changes_nothing_until_the_other_says_yes(call, cast, at):
    [part] = offered(call, cast, at, note="Please").json()
    assert (part["state"], part["giver"], part["note"]) == ("offered", cast.on_duty.email, "Please")
    assert on_duty(call, at + 2 * HOUR) == [cast.on_duty.email]
    [taken] = call("post", f"swaps/{part['bundle']}/accept/", {}, by=cast.specialist).json()
    assert (taken["state"], taken["taker"]) == ("accepted", cast.specialist.email)
    assert on_duty(call, at + 2 * HOUR) == [cast.specialist.email]
    assert on_duty(call, at + 6 * HOUR) == [cast.on_duty.email]


def test_of_two_who_take_an_open_offer_one_wins(call, cast, at):
    reserve = Layer.objects.create(
        roster=cast.duty, name="Reserve", rank=0, anchor_on="2020-01-06", handoff_time=time(9)
    )
    for who in (cast.specialist, cast.manager):
        Participant.objects.create(layer=reserve, group=0, person=who)
    [part] = offered(call, cast, at, to=None).json()
    answers = [
        call("post", f"swaps/{part['bundle']}/accept/", {}, by=who)
        for who in (cast.reporter, cast.admin, cast.specialist, cast.manager)
    ]
    assert [it.status_code for it in answers] == [403, 409, 200, 409]
    assert "over" in answers[-1].json()["detail"]
    assert Swap.objects.get().taker == cast.specialist


def test_shifts_change_hands_both_ways_or_not_at_all(call, cast, at):
    back = {"roster": "duty"} | span(at, 2 * DAY, 3 * DAY)
    parts = offered(call, cast, at, to=cast.second.email, in_return=[back]).json()
    assert {(it["giver"], it["taker"]) for it in parts} == {
        (cast.on_duty.email, cast.second.email),
        (cast.second.email, cast.on_duty.email),
    }
    taken = call("post", f"swaps/{parts[0]['bundle']}/accept/", {"acknowledge": True}, by=cast.second)
    assert [it["state"] for it in taken.json()] == ["accepted"] * 2
    assert on_duty(call, at + 2 * DAY + HOUR, "secondary") == [cast.on_duty.email]


def test_an_offer_is_taken_back_or_declined(call, cast, at):
    for who, state in ((cast.on_duty, "withdrawn"), (cast.specialist, "declined")):
        [part] = offered(call, cast, at).json()
        [settled] = call("post", f"swaps/{part['bundle']}/settle/", by=who).json()
        assert settled["state"] == state


def test_offers_are_seen_by_those_they_concern(call, cast, chief, at):
    offered(call, cast, at)
    seen = {
        who: len(call("get", "swaps/", by=who).json()["results"]) for who in (cast.specialist, cast.second)
    }
    assert seen == {cast.specialist: 1, cast.second: 0}
    assert len(call("get", "swaps/", by=chief).json()["results"]) == 1
    [part] = offered(call, cast, at, to=None).json()
    assert call("get", "swaps/", state="offered", by=cast.second).json()["results"] == [part]


def test_what_was_not_offered_to_one_is_not_taken_nor_declined(call, cast, at):
    [part] = offered(call, cast, at).json()
    for what in ("accept", "settle"):
        assert call("post", f"swaps/{part['bundle']}/{what}/", {}, by=cast.second).status_code == 409
        assert call("post", f"swaps/{uuid.uuid4()}/{what}/", {}, by=cast.second).status_code == 404
    assert Swap.objects.get().state == "offered"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"give": []}, "give"),
        ({"to": "nobody@cast.example"}, "to"),
        ({"to": None, "in_return": [{"roster": "duty", "starts_at": "2030-01-01T00:00:00Z",
                                     "ends_at": "2030-01-02T00:00:00Z"}]}, "to"),
        ({"give": [{"roster": "duty", "starts_at": "2030-01-02T00:00:00Z", "ends_at": "2030-01-01T00:00:00Z"}]},
         "give"),
        ({"from": "on-duty@cast.example"}, "from"),
    ],
)  # fmt: skip
def test_an_offer_that_cannot_be_names_the_field_and_is_not_kept(call, cast, at, change, field):
    answer = offered(call, cast, at, **change)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Swap.objects.exists()


def test_what_one_does_not_have_cannot_be_given(call, cast, at):
    part = {"roster": "duty"} | span(at)
    answer = call("post", "swaps/", {"to": cast.on_duty.email, "give": [part]}, by=cast.specialist)
    assert (answer.status_code, "no shift" in answer.json()["detail"]) == (409, True)


# -- Time off --------------------------------------------------------------------------------------


def test_time_off_is_entered_empties_the_shift_and_is_ended(call, cast, at):
    made = call("post", "time-off/", span(at) | {"note": "Moving house"}, by=cast.on_duty)
    assert (made.status_code, made.json()["person"]) == (201, cast.on_duty.email)
    assert on_duty(call, at + 2 * HOUR) == []
    ended = call("post", f"time-off/{made.json()['id']}/end/", by=cast.on_duty)
    assert ended.json()["ended_at"] is not None
    assert on_duty(call, at + 2 * HOUR) == [cast.on_duty.email]
    assert call("post", f"time-off/{made.json()['id']}/end/", by=cast.on_duty).status_code == 409


def test_a_note_is_for_its_person_and_roster_admins(call, cast, chief, at):
    call("post", "time-off/", span(at) | {"note": "Moving house"}, by=cast.on_duty)
    notes = {
        who.email: call("get", "time-off/", person=cast.on_duty.email, by=who).json()["results"][0]["note"]
        for who in (cast.on_duty, chief, cast.second)
    }
    assert notes == {
        cast.on_duty.email: "Moving house",
        chief.email: "Moving house",
        cast.second.email: None,
    }


def test_nobody_but_a_roster_admin_answers_for_others(call, cast, at):
    body = span(at) | {"person": cast.on_duty.email}
    assert call("post", "time-off/", body, by=cast.second).status_code == 403
    made = call("post", "time-off/", body)
    assert made.status_code == 201
    assert call("post", f"time-off/{made.json()['id']}/end/", by=cast.second).status_code == 403
    assert TimeOff.objects.get().ended_at is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"starts_at": "2030-01-02T00:00:00Z", "ends_at": "2030-01-02T00:00:00Z"}, "ends_at"),
        ({"starts_at": "2030-01-02T00:00:00Z", "ends_at": "2040-01-02T00:00:00Z"}, "ends_at"),
        ({"starts_at": "2030-01-02T00:00:00Z"}, "ends_at"),
        ({"starts_at": 7, "ends_at": "2030-01-02T00:00:00Z"}, "starts_at"),
    ],
)
def test_time_off_that_cannot_be_names_the_field_and_is_not_kept(call, body, field):
    answer = call("post", "time-off/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not TimeOff.objects.exists()


# -- Ledger ----------------------------------------------------------------------------------------


def worked(cast, who, starts_at):
    return WorkedShift.objects.create(
        roster=cast.duty,
        person=who,
        layer_name="primary",
        duty="primary",
        starts_at=starts_at,
        ends_at=starts_at + DAY,
    )


def test_the_ledger_tells_shifts_the_latest_first_and_narrowed(call, cast):
    (
        worked(cast, cast.on_duty, START),
        worked(cast, cast.second, START),
        worked(cast, cast.on_duty, START + DAY),
    )
    rows = call("get", "ledger/shifts/", person=cast.on_duty.email, roster="duty").json()["results"]
    assert [row["starts_at"] for row in rows] == ["2026-03-03T09:00:00Z", "2026-03-02T09:00:00Z"]
    rows = call("get", "ledger/shifts/", starts_at=(START + DAY).isoformat()).json()["results"]
    assert [row["person"] for row in rows] == [cast.on_duty.email]


def test_a_page_of_the_ledger_ends_between_two_of_one_instant(call, cast, monkeypatch):
    monkeypatch.setattr("accounts.api.pagination.PAGE", 2)
    for who in (cast.on_duty, cast.second, cast.manager, cast.specialist, cast.reporter):
        worked(cast, who, START)
    seen, answer = [], call("get", "ledger/shifts/").json()
    while answer["next"]:
        seen += answer["results"]
        worked(cast, cast.admin, START + len(seen) * DAY)  # meanwhile somebody else's is written down
        answer = call("get", answer["next"].partition("/api/")[2]).json()
    seen += answer["results"]
    assert len({row["person"] for row in seen}) == len(seen) == 5


def test_pages_handled_are_ones_own_and_everybodys_for_a_roster_admin(call, cast):
    for number, who in enumerate((cast.on_duty, cast.second)):
        HandledPage.objects.create(person=who, at=START, minutes=3, key=str(number))
    assert len(call("get", "ledger/pages/").json()["results"]) == 2
    rows = call("get", "ledger/pages/", by=cast.second).json()["results"]
    assert rows == [{"person": cast.second.email, "at": "2026-03-02T09:00:00Z", "minutes": 3}]
    assert call("get", "ledger/pages/", person=cast.on_duty.email, by=cast.second).json()["results"] == []


def test_lists_of_changes_cost_the_same_however_long_they_are(
    call, cast, chief, at, django_assert_num_queries
):
    cast.token(chief)

    def asked():
        for path in ("overrides/", "swaps/", "time-off/", "ledger/shifts/", "ledger/pages/"):
            with django_assert_num_queries(7):
                call("get", path)

    asked()
    for number in range(3):
        who = person(f"p{number}", "responder", HASHED)
        common = {"starts_at": at, "ends_at": at + HOUR}
        Override.objects.create(roster=cast.duty, kind="add", by=who, made_at=at, made_by=who, **common)
        Swap.objects.create(roster=cast.duty, giver=who, offered_at=at, offered_by=who, **common)
        TimeOff.objects.create(person=who, made_at=at, made_by=who, **common)
        HandledPage.objects.create(person=who, at=at, minutes=1, key=str(number))
        worked(cast, who, START)
    asked()
