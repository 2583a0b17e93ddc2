"""Overrides: what they do to the schedule, what they refuse, whom they tell, what is kept of them."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEvent, Clearance
from oncall.actions import overrides
from oncall.actions.overrides import EndedError, ObjectedError, PastError
from oncall.layers import RotaError
from oncall.models import Override, RequiredSkill
from tests.cast import START
from tests.oncall.stage import layered, plan, told

HOUR = timedelta(hours=1)
DAY = 24 * HOUR


@pytest.fixture
def desk(cast):
    """Second, then the specialist, day by day from 00:00 UTC."""
    return layered("desk", [cast.second, cast.specialist], zone="UTC", handoff_time="00:00")


@pytest.fixture
def make(cast, desk):
    def make(kind="replace", *, starts=HOUR, ends=3 * HOUR, at=START, **told):
        told = {"roster": desk, "by": cast.manager, "at": at} | told
        return overrides.make(kind=kind, starts_at=START + starts, ends_at=START + ends, **told)

    return make


def test_whoever_comes_instead_is_on_duty_for_the_span_and_no_longer(cast, desk, make):
    make(person=cast.second, stand_in=cast.reporter)
    assert plan(desk, START, START + 5 * HOUR) == [
        "Second 02 09:00-02 10:00",
        "Reporter 02 10:00-02 12:00",
        "Second 02 12:00-02 14:00",
    ]


def test_somebody_added_stands_beside_and_somebody_removed_leaves_a_gap(cast, desk, make):
    make("add", stand_in=cast.reporter)
    make("remove", person=cast.second, starts=2 * HOUR)
    assert plan(desk, START, START + 4 * HOUR) == [
        "Second 02 09:00-02 11:00",
        "Reporter 02 10:00-02 12:00",
        "Second 02 12:00-02 13:00",
    ]


def test_replacing_everybody_reaches_over_handoffs_and_gaps(cast, make):
    morning = layered(
        "morning", [cast.second], zone="UTC", handoff_time="00:00", window_start="08:00", window_end="12:00"
    )
    make(stand_in=cast.reporter, roster=morning, starts=2 * HOUR, ends=5 * HOUR)
    assert plan(morning, START, START + 6 * HOUR) == [
        "Second 02 09:00-02 11:00",
        "Reporter 02 11:00-02 14:00",
    ]


def test_what_has_begun_is_overridden_from_now_on(cast, desk, make):
    made = make(person=cast.second, stand_in=cast.reporter, starts=-5 * HOUR)
    assert made.starts_at == START
    assert plan(desk, START - HOUR, START + 4 * HOUR)[0] == "Second 02 08:00-02 09:00"


def test_the_past_is_a_record(cast, make):
    with pytest.raises(PastError, match="still to come"):
        make(person=cast.second, stand_in=cast.reporter, starts=-3 * HOUR, ends=-HOUR)
    assert not Override.objects.exists()


@pytest.mark.parametrize(
    ("kind", "names", "field"),
    [
        ("replace", {"person": "second"}, "by"),
        ("add", {}, "by"),
        ("add", {"person": "second", "stand_in": "reporter"}, "person"),
        ("remove", {"person": "second", "stand_in": "reporter"}, "by"),
        ("replace", {"person": "second", "stand_in": "second"}, "by"),
        ("swap", {"person": "second", "stand_in": "reporter"}, "kind"),
        ("replace", {"person": "second", "stand_in": "reporter", "duty": "third"}, "duty"),
        ("replace", {"person": "second", "stand_in": "reporter", "ends": HOUR}, "ends_at"),
    ],
)
def test_what_cannot_be_an_override_names_the_field_and_is_not_stored(cast, make, kind, names, field):
    people = {name: getattr(cast, value) for name, value in names.items() if name in ("person", "stand_in")}
    others = {name: value for name, value in names.items() if name not in people}
    with pytest.raises(RotaError) as refused:
        make(kind, **people, **others)
    assert refused.value.field == field
    assert not Override.objects.exists()


def test_the_table_itself_refuses_what_no_kind_asks(cast, desk):
    told = {"roster": desk, "starts_at": START, "ends_at": START + HOUR, "made_at": START}
    for wrong in ({"kind": "replace"}, {"kind": "add", "person": cast.second, "by": cast.reporter}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Override.objects.create(made_by=cast.manager, **told, **wrong)


def test_what_speaks_against_somebody_stops_it_until_it_is_acknowledged(cast, desk, make):
    # On duty as secondary on another roster, always.
    with pytest.raises(ObjectedError, match=r"Second is on another duty then: Duty, secondary\.") as refused:
        make(person=cast.specialist, stand_in=cast.second, starts=14 * HOUR, ends=16 * HOUR)
    assert [objection.code for objection in refused.value.objections] == ["elsewhere", "elsewhere"]
    assert not Override.objects.exists()
    made = make(person=cast.specialist, stand_in=cast.second, acknowledged=True, starts=DAY, ends=DAY + HOUR)
    assert (made.acknowledged, made.made_by) == (["elsewhere"], cast.manager)


def test_an_acknowledgement_keeps_only_what_there_was_to_acknowledge(cast, make):
    assert make(person=cast.second, stand_in=cast.reporter, acknowledged=True).acknowledged == []


def test_a_clearance_counts_at_the_hours_it_is_asked_for_and_through_the_whole_shift(cast, desk, make):
    RequiredSkill.objects.create(
        roster=desk, kind="clearance", code="csea", window_start="20:00", window_end="22:00"
    )
    make(person=cast.second, stand_in=cast.reporter)
    with pytest.raises(ObjectedError, match=r"Reporter lacks a clearance .* Child safety"):
        make(person=cast.second, stand_in=cast.reporter, ends=12 * HOUR)
    Clearance.objects.create(
        person=cast.reporter, kind="csea", evidence="x", valid_from=START, valid_until=START + 11 * HOUR
    )
    with pytest.raises(ObjectedError):
        make(person=cast.second, stand_in=cast.reporter, starts=4 * HOUR, ends=12 * HOUR)
    Clearance.objects.update(valid_until=START + 12 * HOUR)
    make(person=cast.second, stand_in=cast.reporter, starts=4 * HOUR, ends=12 * HOUR)


@pytest.mark.parametrize(
    ("kind", "people"),
    [
        ("replace", {"person": "second", "stand_in": "reporter"}),
        ("replace", {"stand_in": "reporter"}),
        ("add", {"stand_in": "reporter"}),
        ("remove", {"person": "second"}),
    ],
)
def test_ended_it_acts_no_longer_whomever_it_names(cast, desk, make, kind, people):
    made = make(kind, **{name: getattr(cast, value) for name, value in people.items()})
    overrides.end(override=made, by=cast.manager, at=START + 2 * HOUR)
    assert plan(desk, START + 2 * HOUR, START + 5 * HOUR) == ["Second 02 11:00-02 14:00"]
    assert plan(desk, START + HOUR, START + 2 * HOUR) != ["Second 02 10:00-02 11:00"], "the past stays"
    with pytest.raises(EndedError, match="over already"):
        overrides.end(override=made, by=cast.manager, at=START + 2 * HOUR)


def test_one_that_ran_out_cannot_be_ended(cast, make):
    made = make(person=cast.second, stand_in=cast.reporter)
    with pytest.raises(EndedError):
        overrides.end(override=made, by=cast.manager, at=START + 3 * HOUR)


def test_both_whose_shifts_change_are_told_once_and_whoever_did_it_is_not(cast, make):
    made = make(person=cast.second, stand_in=cast.reporter)
    changed = [("Reporter", "Your shifts changed"), ("Second", "Your shifts changed")]
    assert told() == changed
    overrides.end(override=made, by=cast.second, at=START + HOUR)
    assert told("ended") == [("Reporter", "Your shifts changed")]


def test_who_decided_it_is_in_the_audit(cast, desk, make):
    told = {"starts": 14 * HOUR, "ends": 16 * HOUR, "reason": "Dentist"}
    make(person=cast.specialist, stand_in=cast.second, acknowledged=True, **told)
    event = AuditEvent.objects.get(action="override_made")
    assert (event.actor, event.object_name, event.reason) == (cast.manager, "Desk", "Dentist")
    assert event.after["person"] == "Specialist"
    assert event.after["stand_in"] == "Second"
    assert event.after["acknowledged"] == ["elsewhere", "elsewhere"]


def test_two_overrides_at_once_both_stand_and_the_later_wins(committed_cast):
    cast, ready, made = committed_cast, threading.Barrier(2), []
    desk = layered("desk", [cast.second], zone="UTC", handoff_time="00:00")

    def press(stand_in):
        ready.wait()
        told = {"roster": desk, "kind": "replace", "person": cast.second, "by": cast.manager, "at": START}
        made.append(overrides.make(stand_in=stand_in, starts_at=START, ends_at=START + HOUR, **told).pk)
        connection.close()

    presses = [threading.Thread(target=press, args=[person]) for person in (cast.reporter, cast.specialist)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    last = Override.objects.order_by("pk").last()
    assert len(made) == 2
    assert plan(desk, START, START + HOUR) == [f"{last.by.name} 02 09:00-02 10:00"]
