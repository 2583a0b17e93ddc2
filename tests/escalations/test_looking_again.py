"""What a run does while its steps wait: duties that change hands, and acknowledgements that came to nothing."""

from datetime import timedelta

import pytest

from accounts.models import SweepFailure
from escalations.actions import escalations
from escalations.models import EscalationPolicy, Page, Route
from incidents.actions import lifecycle, rating, triage
from incidents.choices import EntryKind
from tests.cast import START
from tests.escalations.test_engine import SECOND, STEP, climb, paged, relieve, steps_of, told


@pytest.fixture
def policy(cast) -> EscalationPolicy:
    return EscalationPolicy.objects.get(slug="others")


# -- Duties that change hands ----------------------------------------------------------------------


def test_whoever_comes_on_duty_with_an_unanswered_page_is_paged_at_the_handoff(cast):
    handoff = START + timedelta(seconds=90)
    relieve(cast, handoff)
    incident = cast.report(at=START)
    climb(START)
    climb(handoff - SECOND)
    assert paged() == [cast.on_duty]
    climb(handoff)
    assert (paged(), told(EntryKind.PAGED)[1:]) == ([cast.on_duty, cast.specialist], [(1, "handoff")])
    climb(handoff + timedelta(seconds=10))
    assert len(paged()) == 2
    assert incident.escalations.get().next_step == 1, "the steps go on as they were"


def test_a_handoff_that_was_missed_in_an_outage_is_paged_late_and_says_so(cast):
    relieve(cast, START + timedelta(hours=1))
    incident = cast.report(at=START)
    climb(START)
    climb(START + timedelta(hours=3))
    told = incident.pages.get(responder=cast.specialist).message
    assert told.subject.startswith("Delayed: ")
    assert "it was due at 10:00" in told.text


def test_who_came_on_a_moment_ago_is_not_paged_late_whatever_was_missed_before(cast):
    handoff = START + timedelta(hours=3)
    relieve(cast, handoff)
    incident = cast.report(at=START)
    climb(START)
    climb(handoff + timedelta(minutes=4))
    told = incident.pages.get(responder=cast.specialist).message
    assert not told.subject.startswith("Delayed: ")


def test_what_is_edited_meanwhile_is_seen_within_five_minutes(cast):
    cast.report(at=START)
    climb(START)
    relieve(cast, START + timedelta(seconds=30))
    climb(START + timedelta(minutes=5) - SECOND)
    assert cast.specialist not in paged()
    climb(START + timedelta(minutes=5))
    assert cast.specialist in paged()


def test_an_exhausted_run_still_pages_whoever_comes_on_duty(cast, policy):
    steps_of(policy, {"roster": cast.duty, "duty": "primary"})
    incident = cast.report(at=START)
    climb(START)
    climb(START + STEP)
    assert incident.escalations.get().state == "exhausted"
    relieve(cast, START + timedelta(hours=7))
    climb(START + timedelta(hours=7))
    assert paged() == [cast.on_duty, cast.specialist]


def test_nobody_is_paged_at_a_handoff_after_an_acknowledgement(cast):
    relieve(cast, START + timedelta(seconds=90))
    incident = cast.report(at=START)
    climb(START)
    lifecycle.acknowledge(incident=incident, by=cast.second, at=START + SECOND)
    assert incident.escalations.get().handoff_at is None
    climb(START + timedelta(minutes=4))
    assert paged() == [cast.on_duty]


def test_somebody_who_could_not_be_reached_is_not_asked_again_at_the_next_look(cast):
    incident = cast.report(at=START)
    climb(START)
    from escalations.actions import pages

    pages.give_up(message=Page.objects.get().message, at=START, because="unreachable")
    climb(START)
    climb(START + timedelta(minutes=6))
    assert paged(incident).count(cast.on_duty) == 1


# -- Acknowledged and not picked up ----------------------------------------------------------------


def acknowledged(cast, **report):
    incident = cast.report(at=START, **report)
    climb(START)
    lifecycle.acknowledge(incident=incident, by=cast.second, at=START)
    return incident


@pytest.mark.parametrize(("severity", "minutes"), [(0, 5), (1, 10), (2, 30), (3, None), (4, None)])
def test_an_acknowledgement_that_nobody_follows_up_runs_out_by_severity(cast, severity, minutes):
    incident = cast.report(at=START)
    incident.severity = severity
    incident.save()
    lifecycle.acknowledge(incident=incident, by=cast.second, at=START)
    waits = incident.escalations.get().pick_up_by
    assert waits == (None if minutes is None else START + timedelta(minutes=minutes))


def test_then_everybody_is_asked_again_and_told_who_had_it(cast):
    incident = acknowledged(cast)
    climb(START + timedelta(minutes=10) - SECOND)
    assert incident.escalations.count() == 1
    climb(START + timedelta(minutes=10))
    incident.refresh_from_db()
    latest = incident.escalations.latest("pk")
    assert (incident.acknowledged_at, latest.follows.ended_because) == (None, "acknowledged")
    page = Page.objects.waiting().get()
    assert page.responder == cast.on_duty
    assert "Acknowledged by Second at 09:00, not picked up" in page.message.text
    assert told(EntryKind.ESCALATION_STARTED) == [(None, ""), (None, "not_picked_up")]


@pytest.mark.parametrize("ending", ["accept", "decline", "resolve"])
def test_what_somebody_leads_or_has_ended_is_not_asked_about_again(cast, ending):
    incident = acknowledged(cast)
    if ending == "accept":
        lifecycle.accept(incident=incident, manager=cast.manager, by=cast.manager, at=START)
    elif ending == "decline":
        triage.decline(incident=incident, reason="routine", by=cast.manager, at=START)
    else:
        lifecycle.resolve(incident=incident, by=cast.manager, at=START)
    climb(START + timedelta(hours=1))
    assert incident.escalations.get().pick_up_by is None
    assert len(paged()) == 1


def test_accepting_what_nobody_had_acknowledged_waits_for_nobody(cast):
    incident = cast.report(at=START)
    lifecycle.accept(incident=incident, manager=cast.manager, by=cast.manager, at=START)
    assert incident.escalations.get().pick_up_by is None


def test_a_severity_that_rises_under_one_policy_brings_the_time_nearer(cast):
    incident = acknowledged(cast, harm_type="UN1")
    incident.refresh_from_db()
    assert incident.severity > 1
    rating.change(incident=incident, severity=1, reason="worse", by=cast.manager, at=START + SECOND)
    assert incident.escalations.get().pick_up_by == START + SECOND + timedelta(minutes=10)


def test_it_is_asked_again_and_again(cast):
    incident = acknowledged(cast)
    at = START + timedelta(minutes=10)
    climb(at)
    lifecycle.acknowledge(incident=incident, by=cast.on_duty, at=at)
    climb(at + timedelta(minutes=10))
    assert incident.escalations.count() == 3
    assert "Acknowledged by On-Duty at 09:10" in Page.objects.waiting().get().message.text


def test_without_a_route_it_waits_and_says_so(cast, caplog):
    incident = acknowledged(cast)
    Route.objects.all().delete()
    at = START + timedelta(minutes=10)
    assert escalations.advance(at=at) == 1
    incident.refresh_from_db()
    assert incident.acknowledged_at is not None, "the step is undone whole"
    assert incident.escalations.get().pick_up_by == at + timedelta(seconds=2)
    assert SweepFailure.objects.filter(sweep="steps").exists()
    assert "could not be fired" in caplog.text


@pytest.mark.parametrize("way_out", ["declined", "merged"])
def test_what_was_acknowledged_and_comes_back_into_triage_is_asked_about_again_as_well(cast, way_out):
    """Nobody waits for it meanwhile, and whoever had it may think of it as done."""
    incident, other = cast.report(at=START), cast.report(at=START)
    lifecycle.acknowledge(incident=incident, by=cast.on_duty, at=START)
    lifecycle.accept(incident=other, manager=cast.manager, by=cast.manager, at=START)
    if way_out == "declined":
        triage.decline(incident=incident, reason="test", by=cast.manager, at=START)
    else:
        triage.merge(incident=incident, into=other, by=cast.manager, at=START)
    back = START + timedelta(hours=2)
    triage.restore(incident=incident, by=cast.manager, at=back)
    climb(back + timedelta(minutes=10) - SECOND)
    assert paged(incident) == [], "they have as long as if they had acknowledged it now"
    climb(back + timedelta(minutes=10))
    assert paged(incident) == [cast.on_duty]
    assert incident.escalations.latest("pk").follows == incident.escalations.earliest("pk")
