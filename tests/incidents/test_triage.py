"""The way back from a merge and a decline, and reopening."""

import pytest

from escalations.models import Escalation
from incidents.actions import lifecycle, triage
from tests.cast import START


def test_a_merge_has_a_way_back_and_its_reports_come_home(cast):
    mine, other = cast.report(title="mine"), cast.report(title="theirs")
    triage.merge(incident=mine, into=other, by=cast.manager, at=START)
    mine.refresh_from_db()
    triage.restore(incident=mine, by=cast.manager, at=START)
    assert [r.title for r in mine.reports.all()] == ["mine"]
    assert [r.title for r in other.reports.all()] == ["theirs"]
    mine.refresh_from_db()
    assert (mine.stage, mine.merged_into, mine.ended_at) == ("triage", None, None)


def test_what_nobody_had_acknowledged_is_asked_again(cast):
    incident = cast.report()
    triage.decline(incident=incident, reason="spam", by=cast.manager, at=START)
    assert not Escalation.objects.open().filter(incident=incident).exists()
    triage.restore(incident=incident, by=cast.manager, at=START)
    assert Escalation.objects.open().filter(incident=incident).count() == 1


def test_what_was_acknowledged_is_not(cast):
    incident = cast.report()
    lifecycle.acknowledge(incident=incident, by=cast.on_duty, at=START)
    triage.decline(incident=incident, reason="spam", by=cast.manager, at=START)
    triage.restore(incident=incident, by=cast.manager, at=START)
    assert not Escalation.objects.open().filter(incident=incident).exists()


def test_only_what_left_triage_goes_back(cast):
    with pytest.raises(lifecycle.WrongStageError):
        triage.restore(incident=cast.report(), by=cast.manager, at=START)


def test_a_resolved_incident_is_reopened_under_its_manager(cast):
    incident = cast.report()
    lifecycle.accept(incident=incident, manager=cast.manager, by=cast.manager, at=START)
    lifecycle.resolve(incident=incident, by=cast.manager, at=START, reason="Gone")
    again = lifecycle.reopen(incident=incident, by=cast.on_duty, at=START, reason="New copies")
    assert (again.stage, again.incident_manager, again.ended_at) == ("active", cast.manager, None)
    assert again.next_update_at is not None


def test_what_the_source_resolved_in_triage_gets_whoever_reopens_it(cast):
    incident = cast.report()
    lifecycle.resolve(incident=incident, by=None, at=START, by_name="Detector")
    assert (
        lifecycle.reopen(incident=incident, by=cast.manager, at=START, reason="Not over").incident_manager
        == cast.manager
    )
