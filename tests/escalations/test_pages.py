"""A page's last moments: withheld when its responder may no longer know, given up when nobody can be reached."""

from datetime import timedelta

import pytest

from accounts.actions import deliveries
from accounts.channels import PermanentError
from accounts.models import Clearance
from escalations.actions import by_hand, escalations, handled, pages
from escalations.models import Page
from incidents.actions import lifecycle
from incidents.choices import EntryKind
from oncall.models import HandledPage
from tests.cast import START


def send_what_is_due(at=START):
    while claimed := deliveries.claim(channel="email", at=at):
        deliveries.attempt(claimed=claimed, at=at, ended_at=lambda: at)


def test_a_page_to_somebody_who_lost_the_clearance_is_withheld_and_the_next_step_comes(cast, mailbox):
    incident = cast.report(harm_type="CS2", at=START)
    escalations.advance(at=START)
    Clearance.objects.filter(person=cast.manager, kind="csea").update(valid_until=START)
    send_what_is_due()
    page = Page.objects.get()
    assert (page.responder, page.state, page.ended_because) == (cast.manager, "ended", "withheld")
    assert incident.timeline.filter(kind=EntryKind.WITHHELD).exists()
    assert incident.escalations.get().due_at == START
    assert not mailbox.take(), "the roster's owner must not learn of it either"


def test_when_no_address_takes_it_the_next_step_comes_at_once(cast, monkeypatch):
    def refuse(outgoing):
        raise PermanentError("550 no such user")

    monkeypatch.setitem(deliveries.SENDERS, "email", refuse)
    incident = cast.report(at=START)
    escalations.advance(at=START)
    send_what_is_due()
    assert incident.timeline.filter(kind=EntryKind.UNREACHABLE).exists()
    escalations.advance(at=START)
    assert Page.objects.waiting().get().responder == cast.second


def test_somebody_deactivated_while_the_page_was_queued_is_replaced_by_the_next_step(cast, mailbox):
    cast.report(at=START)
    escalations.advance(at=START)
    cast.on_duty.is_active = False
    cast.on_duty.save()
    send_what_is_due()
    escalations.advance(at=START)
    send_what_is_due()
    assert mailbox.take_one().to == [cast.second.email]


def test_a_page_made_by_hand_ends_alone(cast):
    incident = cast.report(at=START)
    escalations.advance(at=START)
    by_policy = Page.objects.get()
    asked = Page.objects.create(
        incident=incident,
        responder=cast.specialist,
        asked_by=cast.manager,
        message=_message_to(cast.specialist),
        created_at=START,
    )
    pages.acknowledge(page=asked, by=cast.specialist, at=START, via="test")
    incident.refresh_from_db()
    by_policy.refresh_from_db()
    assert (incident.acknowledged_at, by_policy.is_waiting) == (None, True)


@pytest.mark.parametrize("mode", ["drill", "test"])
def test_what_is_not_real_says_so_first(cast, mailbox, mode):
    cast.report(at=START, mode=mode)
    escalations.advance(at=START)
    send_what_is_due()
    assert mailbox.take_one().subject.startswith(f"[{mode.upper()}] SEV1")


def test_nobody_is_paged_before_they_are_due(cast):
    cast.report(at=START)
    assert escalations.advance(at=START - timedelta(microseconds=1)) == 0


def _message_to(person):
    from accounts.actions import messages

    return messages.send(
        to=person, urgency="high", subject="S", text="T", link_to="page_link", link_label="Open",
        dedupe_key="by hand", at=START,
    )  # fmt: skip


# -- What the ledger hears --------------------------------------------------------------------------


def in_ledger():
    handled.report_handled(at=START)
    return [(it.person.name, it.minutes) for it in HandledPage.objects.select_related("person")]


def test_an_acknowledged_page_goes_to_the_ledger_once(cast):
    cast.report(at=START)
    escalations.advance(at=START)
    page = Page.objects.get()
    for _ in range(2):
        pages.acknowledge(page=page, by=cast.on_duty, at=START + timedelta(minutes=4, seconds=59), via="link")
    assert in_ledger() == [("On-Duty", 4)]


def test_acknowledging_from_the_room_handles_ones_own_page_and_nobody_elses(cast):
    incident = cast.report(at=START)
    escalations.advance(at=START)
    escalations.advance(at=START + timedelta(minutes=5))
    lifecycle.acknowledge(incident=incident, by=cast.second, at=START + timedelta(minutes=7))
    assert in_ledger() == [("Second", 2)]


def test_a_page_that_ended_without_an_answer_was_not_handled(cast):
    incident = cast.report(at=START)
    escalations.advance(at=START)
    lifecycle.acknowledge(incident=incident, by=cast.manager, at=START + timedelta(minutes=1))
    assert in_ledger() == []


def test_a_page_by_hand_is_handled_too(cast):
    incident = lifecycle.accept(
        incident=cast.report(at=START), manager=cast.manager, by=cast.manager, at=START
    )
    page = by_hand.ask(incident=incident, responder=cast.partner, by=cast.manager, at=START)
    pages.acknowledge(page=page, by=cast.partner, at=START, via="console")
    assert in_ledger() == [("Partner", 0)]
