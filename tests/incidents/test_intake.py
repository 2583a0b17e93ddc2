"""Reports becoming incidents: once per key, on the open one, never widening who may know."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts import clock
from incidents.actions import intake
from incidents.actions.submission import Submission
from incidents.choices import EntryKind, Source
from incidents.models import Incident, Report, TimelineEntry
from tests.cast import START


def submission(cast, **told):
    told = {"title": "T", "harm_type": "UN1", "principal": "integration:1"} | told
    return Submission(source=Source.EVENTS, integration=cast.integration, **told)


def receive(cast, *, at=START, **told):
    return intake.receive(submission=submission(cast, **told), at=at)


def test_a_report_opens_an_incident_in_triage_with_its_reasoning(cast):
    report, new = receive(cast)
    assert (new, report.opened, report.incident.stage) == (True, True, "triage")
    assert report.incident.explanation == report.explanation
    assert report.number.startswith("R-")


def test_a_repeated_key_is_the_same_report(cast):
    first, _ = receive(cast, idempotency_key="k")
    again, new = receive(cast, idempotency_key="k")
    assert (again, new, Report.objects.count()) == (first, False, 1)


def test_one_key_for_two_stories_is_refused(cast):
    receive(cast, idempotency_key="k")
    with pytest.raises(intake.IdempotencyConflictError):
        receive(cast, idempotency_key="k", title="Other")


def test_a_worse_report_raises_the_severity_and_a_milder_one_does_not_lower_it(cast):
    first, _ = receive(cast, dedup_key="k")
    receive(cast, dedup_key="k", severity_inputs=dict.fromkeys("GIRVUX", 4))
    receive(cast, dedup_key="k", severity_inputs=dict.fromkeys("GIRVUX", 0))
    incident = first.incident
    incident.refresh_from_db()
    assert incident.severity == 0
    assert incident.timeline.filter(kind=EntryKind.SEVERITY_RAISED).count() == 1


def test_a_report_under_another_profile_opens_its_own_related_incident(cast):
    open_one, _ = receive(cast, dedup_key="k", harm_type="UN1")
    restricted, _ = receive(cast, dedup_key="k", harm_type="CS2")
    assert restricted.incident != open_one.incident
    assert restricted.incident.links_out.get().to_incident == open_one.incident
    open_one.incident.refresh_from_db()
    assert open_one.incident.profile.slug == "open"


def test_a_drill_never_joins_a_live_incident(cast):
    receive(cast, dedup_key="k")
    receive(cast, dedup_key="k", mode="drill")
    assert Incident.objects.count() == 2


def test_a_deadline_raises_the_severity_floor(cast):
    report, _ = receive(cast, harm_type="GV1", deadline_at=START + timedelta(minutes=30))
    assert report.severity == 1
    assert {"kind": "floor", "reason": "deadline"}.items() <= report.explanation[-1].items()


def test_timeline_rows_cannot_be_changed_or_removed(cast):
    from django.db import transaction
    from django.db.utils import DatabaseError

    incident = cast.report()
    for change in (
        lambda: incident.timeline.update(kind="closed"),
        lambda: incident.timeline.all()._raw_delete("default"),
        lambda: connection.cursor().execute("TRUNCATE incidents_timelineentry"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert incident.timeline.exists()


def test_twenty_simultaneous_reports_with_one_key_make_one_incident(committed_cast):
    ready, accepted = threading.Barrier(20), []

    def send():
        ready.wait()
        accepted.append(receive(committed_cast, at=clock.now(), dedup_key="storm"))
        connection.close()

    senders = [threading.Thread(target=send) for _ in range(20)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert (len(accepted), Report.objects.count(), Incident.objects.count()) == (20, 20, 1)
    assert TimelineEntry.objects.filter(kind=EntryKind.DECLARED).count() == 1
