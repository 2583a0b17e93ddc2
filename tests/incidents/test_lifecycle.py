"""Acknowledge, accept, decline, merge, resolve: what each changes, and what it refuses."""

import threading

import pytest
from django.db import connection

from incidents.actions import lifecycle, triage
from incidents.choices import EntryKind
from tests.cast import START


def test_the_first_acknowledgement_counts_and_the_second_learns_whose_it_was(cast):
    incident = cast.report()
    first = lifecycle.acknowledge(incident=incident, by=cast.on_duty, at=START)
    second = lifecycle.acknowledge(incident=incident, by=cast.second, at=START)
    assert (first.won, second.won, second.incident.acknowledged_by) == (True, False, cast.on_duty)
    assert incident.timeline.filter(kind=EntryKind.ACKNOWLEDGED).count() == 1


def test_two_acknowledgements_at_once_have_one_winner(committed_cast):
    incident, ready, results = committed_cast.report(), threading.Barrier(2), []

    def press(person):
        ready.wait()
        results.append(lifecycle.acknowledge(incident=incident, by=person, at=START).won)
        connection.close()

    presses = [
        threading.Thread(target=press, args=[person])
        for person in (committed_cast.on_duty, committed_cast.second)
    ]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    assert sorted(results) == [False, True]


def test_accepting_names_the_incident_manager_and_acknowledges(cast):
    accepted = lifecycle.accept(incident=cast.report(), manager=cast.manager, by=cast.manager, at=START)
    assert (accepted.stage, accepted.incident_manager, accepted.acknowledged_by) == (
        "active", cast.manager, cast.manager,
    )  # fmt: skip


def test_what_has_left_triage_cannot_be_declined(cast):
    incident = cast.report()
    lifecycle.accept(incident=incident, manager=cast.manager, by=cast.manager, at=START)
    with pytest.raises(lifecycle.WrongStageError, match="already active"):
        triage.decline(incident=incident, reason="spam", by=cast.manager, at=START)


def test_a_merge_moves_the_reports_and_the_worse_severity(cast):
    severe, mild = cast.report(harm_type="SH1"), cast.report(harm_type="UN1")
    triage.merge(incident=severe, into=mild, by=cast.manager, at=START)
    mild.refresh_from_db()
    assert (mild.reports.count(), mild.severity) == (2, 0)


@pytest.mark.parametrize(
    ("harm_type", "mode", "words"), [("CS2", "live", "profile"), ("VT3", "drill", "profile or mode")]
)
def test_incidents_of_different_kinds_are_not_merged(cast, harm_type, mode, words):
    incident, other = cast.report(), cast.report(harm_type=harm_type, mode=mode)
    with pytest.raises(triage.MergeRefusedError, match=words):
        triage.merge(incident=incident, into=other, by=cast.manager, at=START)


def test_an_incident_is_not_merged_into_itself_or_into_an_ended_one(cast):
    incident, ended = cast.report(), cast.report()
    triage.decline(incident=ended, reason="spam", by=cast.manager, at=START)
    with pytest.raises(triage.MergeRefusedError, match="itself"):
        triage.merge(incident=incident, into=incident, by=cast.manager, at=START)
    with pytest.raises(triage.MergeRefusedError, match="ended"):
        triage.merge(incident=incident, into=ended, by=cast.manager, at=START)


def test_an_incident_runs_its_course(cast):
    incident = cast.report()
    lifecycle.accept(incident=incident, manager=cast.manager, by=cast.manager, at=START)
    for move in (lifecycle.contain, lifecycle.resolve, lifecycle.close):
        incident = move(incident=incident, by=cast.manager, at=START)
    assert incident.stage == "closed"
    assert [e.kind for e in incident.timeline.order_by("pk")][-4:] == [
        "accepted",
        "contained",
        "resolved",
        "closed",
    ]
