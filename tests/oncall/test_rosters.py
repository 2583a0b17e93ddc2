"""Rosters as rows: read into the rota core in a constant number of queries, recorded once worked."""

from datetime import timedelta

from accounts.models import ContactMethod
from oncall import findings
from oncall.actions import ledger, overrides
from oncall.models import Layer, Participant, Roster, WorkedShift
from tests.cast import START

DAY = timedelta(days=1)


def test_who_is_on_duty_is_the_rotas_answer(cast):
    duties = Roster.objects.on_duty(at=START)[cast.duty.pk]
    assert duties == {"primary": [cast.on_duty], "secondary": [cast.second]}


def test_the_cost_does_not_grow_with_the_number_of_rosters(cast, django_assert_num_queries):
    def asked():
        with django_assert_num_queries(4):
            return len(Roster.objects.on_duty(at=START))

    assert asked() == 1
    for number in range(4):
        roster = Roster.objects.create(slug=f"r{number}", name="R", zone="UTC", owner=cast.manager)
        layer = Layer.objects.create(roster=roster, name="L", anchor_on="2026-01-01", handoff_time="09:00")
        Participant.objects.create(layer=layer, group=0, person=cast.manager)
    assert asked() == 5


def test_a_duty_is_asked_for_from_when_its_first_layer_is_in_force_however_far_one_looks(cast):
    """Whoever replaces everyone is on no duty that does not exist yet, and nobody is missing from it."""
    Layer.objects.filter(duty="secondary").update(
        effective_from=START + 3 * DAY, effective_until=START + 5 * DAY
    )
    told = {"kind": "replace", "person": None, "stand_in": cast.manager, "acknowledged": True}
    whole = START + DAY, START + 2 * DAY
    overrides.make(
        roster=cast.duty, starts_at=whole[0], ends_at=whole[1], by=cast.manager, at=START, reason="", **told
    )
    for days in (2, 4, 9):
        span = START, START + days * DAY
        found = findings.of_roster(cast.duty, span=span, at=START)
        by_hand = [it.duty for it in found.schedule.shifts if cast.manager.pk in it.people]
        assert (by_hand, found.holes) == (["primary"], [])
    assert list(Roster.objects.on_duty(at=whole[0])[cast.duty.pk]) == ["primary"]
    assert list(Roster.objects.on_duty(at=START + 4 * DAY)[cast.duty.pk]) == ["primary", "secondary"]


def test_somebody_deactivated_or_unreachable_is_left_out(cast):
    cast.on_duty.is_active = False
    cast.on_duty.save()
    ContactMethod.objects.filter(person=cast.second).update(verified_at=None)
    assert Roster.objects.on_duty(at=START)[cast.duty.pk] == {"primary": [], "secondary": []}


def test_a_layer_without_participants_leaves_its_duty_to_nobody(cast):
    Participant.objects.filter(layer__duty="primary").delete()
    assert Roster.objects.on_duty(at=START)[cast.duty.pk] == {"primary": [], "secondary": [cast.second]}


def test_an_ended_shift_is_recorded_once(cast):
    week = timedelta(days=7)
    ledger.record_ended(roster=cast.duty, at=START)
    recorded = WorkedShift.objects.count()
    ledger.record_ended(roster=cast.duty, at=START)
    assert WorkedShift.objects.count() == recorded
    ledger.record_ended(roster=cast.duty, at=START + week)
    assert WorkedShift.objects.filter(ends_at__gt=START + week).count() == 0


def test_lanes_tell_every_duty_and_from_when_to_when(cast):
    week = timedelta(days=7)
    lanes = Roster.objects.lanes(span=(START, START + week), at=START)
    assert {lane.duty: lane.at(START).people for lane in lanes} == {
        "primary": [cast.on_duty],
        "secondary": [cast.second],
    }
    assert [(it.is_open_before, it.is_open_after) for lane in lanes for it in lane.stints] == [
        (True, True)
    ] * 2


def test_a_duty_whose_last_person_was_taken_out_is_a_gap_and_not_silence(cast):
    Participant.objects.filter(layer__duty="primary").delete()
    lanes = Roster.objects.lanes(span=(START, START + timedelta(days=7)), at=START)
    assert {lane.duty: lane.stints[0].state for lane in lanes} == {"primary": "gap", "secondary": "on"}


def test_a_version_that_ended_before_has_no_lane(cast):
    Layer.objects.filter(duty="secondary").update(effective_until=START)
    lanes = Roster.objects.lanes(span=(START, START + timedelta(days=7)), at=START)
    assert [lane.duty for lane in lanes] == ["primary"]
