"""Starting, climbing and stopping: who is paged, when the next step comes, what ends it."""

from datetime import timedelta

import pytest

from accounts.models import ContactMethod, Delivery, SweepFailure
from escalations.actions import escalations, pages
from escalations.models import Escalation, Page, Route
from incidents.actions import lifecycle, triage
from incidents.choices import EntryKind
from incidents.models import Incident
from tests.cast import START, STEP_SECONDS

STEP = timedelta(seconds=STEP_SECONDS)


def climb(at):
    while escalations.advance(at=at):
        pass


def waiting():
    return [page.responder for page in Page.objects.waiting().order_by("created_at", "pk")]


def test_a_declared_incident_pages_the_primary_at_once(cast):
    cast.report(at=START)
    climb(START)
    assert waiting() == [cast.on_duty]
    assert Delivery.objects.get().method.address == cast.on_duty.email


def test_the_next_step_comes_after_its_delay_and_not_before(cast):
    cast.report(at=START)
    climb(START)
    climb(START + STEP - timedelta(seconds=1))
    assert waiting() == [cast.on_duty]
    climb(START + STEP)
    assert waiting() == [cast.on_duty, cast.second]


def test_a_step_with_nobody_costs_no_time(cast):
    ContactMethod.objects.filter(person=cast.on_duty).update(verified_at=None)
    incident = cast.report(at=START)
    climb(START)
    assert waiting() == [cast.second]
    assert incident.timeline.filter(kind=EntryKind.STEP_EMPTY, data__step=1).exists()


def test_only_people_cleared_for_the_incident_are_paged(cast):
    cast.report(harm_type="CS2", at=START)
    climb(START)
    assert waiting() == [cast.manager]


def test_an_exhausted_policy_stays_open_and_says_so(cast):
    incident = cast.report(at=START)
    for step in range(4):
        climb(START + step * STEP)
    escalation = Escalation.objects.get()
    assert escalation.state == Escalation.State.EXHAUSTED
    assert incident.timeline.filter(kind=EntryKind.EXHAUSTED).exists()
    assert waiting() == [cast.on_duty, cast.second, cast.manager]


def test_an_acknowledgement_ends_every_other_page(cast):
    incident = cast.report(at=START)
    climb(START + STEP)
    climb(START + 2 * STEP)
    pages.acknowledge(page=Page.objects.get(responder=cast.second), by=cast.second, at=START, via="test")
    incident.refresh_from_db()
    assert incident.acknowledged_by == cast.second
    assert waiting() == []
    assert not Delivery.objects.open().exists()
    assert Escalation.objects.get().ended_because == "acknowledged"


@pytest.mark.parametrize("ending", ["decline", "merge", "resolve"])
def test_what_left_triage_or_is_over_sends_nothing_more(cast, ending):
    incident, other = cast.report(at=START), cast.report(at=START)
    escalations.advance(at=START)
    if ending == "decline":
        triage.decline(incident=incident, reason="routine", by=cast.manager, at=START)
    elif ending == "merge":
        triage.merge(incident=incident, into=other, by=cast.manager, at=START)
    else:
        lifecycle.resolve(incident=incident, by=cast.manager, at=START)
    climb(START + 10 * STEP)
    assert not Page.objects.waiting().filter(incident=incident).exists()
    assert not Delivery.objects.open().filter(message__page__incident=incident).exists()


def test_a_severity_that_rises_to_another_policy_starts_over_even_when_acknowledged(cast):
    mild = cast.report(harm_type="UN1", at=START)
    severe = cast.report(harm_type="SH1", at=START)
    lifecycle.acknowledge(incident=mild, by=cast.manager, at=START)
    triage.merge(incident=severe, into=mild, by=cast.manager, at=START)
    climb(START)
    mild.refresh_from_db()
    assert (mild.severity, mild.acknowledged_at) == (0, None)
    assert list(mild.escalations.order_by("pk").values_list("policy__slug", flat=True)) == ["others", "sev0"]
    assert waiting() == [cast.on_duty]


def test_paging_somebody_on_a_need_to_know_incident_grants_it_to_them(cast):
    incident = cast.report(harm_type="DL1", at=START)
    climb(START)
    grant = incident.user_grants.get()
    assert (grant.user, grant.source, grant.permission.codename) == (cast.manager, "on_call", "edit_incident")


def test_a_run_that_cannot_be_fired_holds_up_no_other_and_is_tried_again(cast, caplog):
    broken, whole = cast.report(at=START), cast.report(at=START + timedelta(seconds=1))
    Escalation.objects.filter(incident=broken).update(steps=[{"delay": 300}])
    climb(START + timedelta(seconds=1))
    assert [page.incident for page in Page.objects.waiting()] == [whole]
    standing = Escalation.objects.get(incident=broken)
    assert (standing.state, standing.failures) == ("running", 1)
    assert f"escalation {standing.pk} could not be fired" in caplog.text
    Escalation.objects.filter(incident=broken).update(steps=Escalation.objects.get(incident=whole).steps)
    climb(standing.due_at - timedelta(seconds=1))
    assert Page.objects.waiting().count() == 1
    climb(standing.due_at)
    assert Page.objects.waiting().filter(incident=broken).count() == 1
    assert Escalation.objects.get(incident=broken).failures == 0


def test_a_row_that_cannot_even_be_read_holds_up_no_other(cast, monkeypatch):
    unreadable, whole = cast.report(at=START), cast.report(at=START)
    read = Incident.from_db

    def reading(db, names, values):
        row = read(db, names, values)
        if row.pk == unreadable.pk:
            raise ValueError("year 10000 is out of range")
        return row

    monkeypatch.setattr(Incident, "from_db", reading)
    climb(START)
    assert [page.incident_id for page in Page.objects.waiting()] == [whole.pk]


def test_it_is_tried_again_for_ever_a_minute_apart_at_most(cast):
    cast.report(at=START)
    Escalation.objects.update(steps=[{"delay": 300}])
    at, waits = START, []
    for _ in range(9):
        escalations.advance(at=at)
        due = Escalation.objects.get().due_at
        waits.append(int((due - at).total_seconds()))
        at = due
    assert waits == [2, 5, 10, 20, 40, 60, 60, 60, 60]
    assert SweepFailure.objects.going_on(at=at).get().sweep == "steps"


def test_without_a_route_the_declaration_is_refused(cast):
    Route.objects.all().delete()
    with pytest.raises(escalations.NoRouteError):
        cast.report(at=START)
