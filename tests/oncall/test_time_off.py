"""Time off: the shift stays and is empty, the past stays, and whoever comes in instead is told."""

from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from oncall import rota
from oncall.actions import overrides, time_off
from oncall.actions.overrides import EndedError, PastError
from oncall.models import Roster, TimeOff
from tests.cast import START
from tests.oncall.stage import layered, plan, told

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(cast):
    return layered("desk", [cast.manager], zone="UTC", handoff_time="00:00")


def away(cast, starts=HOUR, ends=3 * HOUR, *, by=None, at=START, **more):
    told = {"person": cast.manager, "by": by or cast.manager, "at": at} | more
    return time_off.enter(starts_at=START + starts, ends_at=START + ends, **told)


def empty(roster):
    rules = Roster.objects.filter(pk=roster.pk).rules((START, START + 5 * HOUR))[roster.pk]
    found = rota.schedule(rules, START, START + 5 * HOUR).empty
    return [(it.reason, it.starts_at - START, it.ends_at - START) for it in found]


def test_whoever_is_away_leaves_an_empty_shift_with_the_reason(cast, desk):
    away(cast)
    assert empty(desk) == [("time_off", HOUR, 3 * HOUR)]
    assert plan(desk, START, START + 5 * HOUR) == ["Manager 02 09:00-02 10:00", "Manager 02 12:00-02 14:00"]


def test_what_was_on_duty_before_it_was_entered_stays(cast, desk):
    away(cast, starts=-9 * HOUR, ends=HOUR)
    assert plan(desk, START - HOUR, START + 2 * HOUR) == [
        "Manager 02 08:00-02 09:00",
        "Manager 02 10:00-02 11:00",
    ]


def test_back_early_the_rest_does_not_count(cast, desk):
    made = away(cast)
    time_off.end(time_off=made, by=cast.manager, at=START + 2 * HOUR)
    assert empty(desk) == [("time_off", HOUR, 2 * HOUR)]
    with pytest.raises(EndedError, match="over already"):
        time_off.end(time_off=made, by=cast.manager, at=START + 2 * HOUR)


def test_taken_back_before_it_began_it_never_was(cast, desk):
    time_off.end(time_off=away(cast), by=cast.manager, at=START)
    assert empty(desk) == []


@pytest.mark.parametrize(("starts", "ends"), [(-3 * HOUR, -HOUR), (-HOUR, 0 * HOUR), (2 * HOUR, 2 * HOUR)])
def test_what_is_over_or_nothing_is_refused(cast, starts, ends):
    with pytest.raises(PastError):
        away(cast, starts, ends)
    assert not TimeOff.objects.exists()


def test_an_override_made_meanwhile_stands_although_they_are_off(cast, desk):
    away(cast)
    overrides.make(
        roster=desk, kind="add", stand_in=cast.manager, starts_at=START + HOUR, ends_at=START + 2 * HOUR,
        acknowledged=True, by=cast.manager, at=START,
    )  # fmt: skip
    assert plan(desk, START + HOUR, START + 3 * HOUR) == ["Manager 02 10:00-02 11:00"]


def test_who_comes_in_from_a_lower_layer_is_told(cast):
    desk = layered("desk", [cast.specialist], zone="UTC", handoff_time="00:00", name="Reserve")
    layered("desk", [cast.manager], roster=desk, handoff_time="00:00", name="First", rank=2)
    away(cast)
    assert plan(desk, START + HOUR, START + 3 * HOUR) == ["Specialist 02 10:00-02 12:00"]
    assert told() == [("Specialist", "Your shifts changed")]


def test_the_person_is_told_when_somebody_else_entered_it(cast, desk):
    away(cast, by=cast.admin)
    assert told() == [("Manager", "Your shifts changed")]


def test_it_is_in_the_audit_without_its_note(cast, desk):
    time_off.end(time_off=away(cast, note="Operation"), by=cast.manager, at=START)
    events = AuditEvent.objects.filter(action__startswith="time_off")
    assert [event.action for event in events.order_by("pk")] == ["time_off_entered", "time_off_ended"]
    assert "Operation" not in str([(event.before, event.after, event.reason) for event in events])
