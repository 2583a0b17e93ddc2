"""Each question that the random runs and the soak ask finds what it is about, once that is broken by hand."""

import uuid
from datetime import timedelta

import pytest

from accounts.models import Delivery, Message
from escalations.actions import escalations, pages
from escalations.models import Escalation, Page
from faults import invariants
from incidents.choices import EntryKind
from incidents.models import Incident, TimelineEntry
from tests.cast import START

LATER = START + timedelta(hours=1)
ENDED = {"state": "ended", "due_at": None, "handoff_at": None, "ended_at": START}


@pytest.fixture
def paged(cast) -> Page:
    """The primary is asked, and nothing has left yet."""
    cast.report(at=START)
    escalations.advance(at=START)
    return Page.objects.get()


def another_page_in_the_timeline(page):
    told(page, EntryKind.PAGED, responder=page.responder_id, step=1)


def a_step_passed_over(page, step):
    told(page, EntryKind.STEP_EMPTY, step=step)


def told(page, kind, **data):
    TimelineEntry.objects.create(
        incident=page.incident, kind=kind, occurred_at=START, recorded_at=START, data=data
    )


BREAKS = {
    "waits on a message that was settled": lambda page: Message.objects.update(settled_at=START),
    "goes on being sent": lambda page: Message.objects.update(settled_at=START),
    "has no delivery at all": lambda page: Delivery.objects.all().delete(),
    "nothing was or will be sent": lambda page: Delivery.objects.update(state="failed", ended_at=START),
    "and nothing asks": lambda page: Escalation.objects.update(**ENDED),
    "which has ended": lambda page: Escalation.objects.update(**ENDED),
    "and a run still asks": lambda page: Incident.objects.update(acknowledged_at=START),
    "though the incident was acknowledged": lambda page: Incident.objects.update(acknowledged_at=START),
    "though its incident has ended": lambda page: Incident.objects.update(stage="resolved"),
    "and its message goes on": lambda page: Page.objects.update(state="ended", ended_at=START),
    "and nobody is asked at its step": lambda page: Page.objects.update(state="ended", ended_at=START),
    "and asked nobody": lambda page: Page.objects.all().delete(),
    "nobody looks who comes on it": lambda page: Escalation.objects.update(handoff_at=None),
    "waits for step 3 when step 2 is its next": lambda page: Escalation.objects.update(next_step=2),
    "took step 3 when step 2 was its next": lambda page: a_step_passed_over(page, 3),
    "is exhausted and took 1 steps": lambda page: Escalation.objects.update(state="exhausted", due_at=None),
    "and waits until": lambda page: Escalation.objects.update(due_at=LATER),
    "and went on at": lambda page: Escalation.objects.update(due_at=START + timedelta(seconds=1)),
    "goes on by another policy": lambda page: Incident.objects.update(severity=0),
    "1 pages, 2 timeline entries": another_page_in_the_timeline,
    "no word of exhausted": lambda page: Escalation.objects.update(state="exhausted", due_at=None),
}


def test_an_engine_that_keeps_its_promise_is_not_reproached(paged):
    assert invariants.broken() == []


@pytest.mark.parametrize("sentence", BREAKS)
def test_what_is_broken_by_hand_is_said(paged, sentence):
    BREAKS[sentence](paged)
    assert any(sentence in found for found in invariants.broken()), invariants.broken()


def test_an_acknowledgement_that_never_lapses_is_said(paged):
    pages.acknowledge(page=paged, by=paged.responder, at=START, via="link")
    assert invariants.broken() == []
    Escalation.objects.update(pick_up_by=None)
    [found] = invariants.broken()
    assert "nobody will be asked again" in found


def test_at_rest_whatever_is_left_undone_is_said(paged, cast):
    found = "\n".join(invariants.unkept(at=LATER))
    for sentence in ("delivery", "step of run", "handoff of run"):
        assert f"{sentence} " in found
    assert "has not come to its last word: running" in found
    assert "no provider ever took it" in found
    assert invariants.next_moment() == START
    Page.objects.update(responder=cast.second)
    assert f"{cast.on_duty} is on duty for step 1" in "\n".join(invariants.unkept(at=LATER))


def test_a_policy_that_left_out_a_step_is_said(paged):
    Escalation.objects.update(state="exhausted", due_at=None)
    assert "never came to step 2" in "\n".join(invariants.unkept(at=LATER))


def test_an_accepted_report_that_is_not_there_is_said(paged):
    there = paged.incident.reports.get().pk
    assert invariants.lost([there, 4711]) == ["report 4711 was accepted and is not there"]


def test_a_call_nobody_asked_for_is_said_and_one_that_came_too_late(paged):
    row = Delivery.objects.get()
    handed = [
        invariants.Handed(START, row.idempotency_key, "email", row.method.address),
        invariants.Handed(START, uuid.uuid4(), "email", "somebody"),
        invariants.Handed(START, row.idempotency_key, "sms", "somebody"),
    ]
    whose, what = invariants.astray(handed)
    assert "no row of ours" in whose
    assert "not to the person of its message" in what
    pages.acknowledge(page=paged, by=paged.responder, at=START - timedelta(minutes=1), via="link")
    assert "after its page had ended" in invariants.astray(handed[:1])[0]
    assert invariants.astray(handed[:1], thawed=True) == []


def test_an_outcome_that_should_have_been_refused_is_said(paged):
    pages.acknowledge(page=paged, by=paged.responder, at=START, via="link")
    Delivery.objects.update(state="sent", ended_at=LATER)
    assert "whose claim was lost" in invariants.broken()[0]


def test_what_goes_back_is_said(paged):
    Delivery.objects.update(state="sent", ended_at=START, fence=1)
    before = invariants.Rows().standing()
    Delivery.objects.update(state="failed")
    assert invariants.gone_back(before, invariants.Rows().standing()) == []
    Delivery.objects.update(state="queued", ended_at=None, fence=0)
    [found] = invariants.gone_back(before, invariants.Rows().standing())
    assert "went back from sent (1) to queued (0)" in found
