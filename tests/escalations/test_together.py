"""Steps that are due at once are fired together, and everybody who acts on a run takes its locks in one order."""

import threading
from datetime import timedelta
from time import sleep

import pytest
from django.db import connection, transaction

from accounts.models import Message
from escalations.actions import escalations, pages, steps
from escalations.models import Escalation, EscalationPolicy, Page
from oncall.models import Layer
from tests.cast import START
from tests.escalations.test_engine import STEP, steps_of


def test_many_runs_cost_little_more_than_what_they_write(cast, django_assert_num_queries):
    for _ in range(5):
        cast.report(at=START)
    with django_assert_num_queries(14 + 5 * 6):
        assert escalations.advance(at=START, most=16) == 5
    assert Page.objects.waiting().count() == 5
    assert escalations.advance(at=START, most=16) == 0


def test_no_more_than_asked_for_and_the_longest_due_first(cast):
    later, earlier = cast.report(at=START + timedelta(seconds=1)), cast.report(at=START)
    assert escalations.advance(at=START + timedelta(seconds=1), most=1) == 1
    assert Page.objects.get().incident == earlier
    assert escalations.advance(at=START + timedelta(seconds=1), most=16) == 1
    assert Page.objects.filter(incident=later).exists()


def test_one_that_cannot_be_fired_holds_up_none_of_those_fired_with_it(cast):
    broken, *whole = [cast.report(at=START) for _ in range(3)]
    Escalation.objects.filter(incident=broken).update(steps=[{"delay": 300}])
    assert escalations.advance(at=START, most=16) == 3
    assert {page.incident for page in Page.objects.waiting()} == set(whole)
    standing = Escalation.objects.get(incident=broken)
    assert (standing.state, standing.failures, standing.due_at > START) == ("running", 1, True)


def test_the_language_of_one_run_is_not_asked_of_another_fired_with_it(cast):
    spoken, other = cast.report(at=START), cast.report(at=START)
    Escalation.objects.filter(incident=spoken).update(language="xx")
    escalations.advance(at=START, most=16)
    assert not Page.objects.filter(incident=spoken, responder=cast.on_duty).exists()
    assert Page.objects.get(incident=other).responder == cast.on_duty


def test_the_owner_of_a_gap_hears_of_it_once_for_all_that_met_it(cast):
    Layer.objects.all().delete()
    for _ in range(3):
        cast.report(at=START)
    assert escalations.advance(at=START, most=16) == 3
    notice = Message.objects.get(subject="Duty (primary): nobody could be paged")
    assert notice.to == cast.duty.owner


def wait_until_somebody_waits_for_a_lock() -> None:
    with connection.cursor() as cursor:
        for _ in range(100):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            sleep(0.05)
    pytest.fail("nobody waits")


def test_acknowledging_while_the_policy_starts_again_waits_and_is_heard(committed_cast):
    """A new round ends the page of the one before, which is just being acknowledged: whoever is second waits for the
    run, and nobody for the other."""
    cast = committed_cast
    policy = EscalationPolicy.objects.get(slug="others")
    steps_of(policy, {"person": cast.on_duty})
    EscalationPolicy.objects.filter(pk=policy.pk).update(repeats=1)
    incident = cast.report(at=START)
    escalations.advance(at=START)
    page, at = Page.objects.get(), START + STEP
    answers: list[object] = []

    def acknowledge():
        try:
            answers.append(pages.acknowledge(page=page, by=cast.on_duty, at=at, via="console").won)
        finally:
            connection.close()

    other = threading.Thread(target=acknowledge)
    with transaction.atomic():
        pks = Escalation.objects.due(at=at).claim()
        other.start()
        wait_until_somebody_waits_for_a_lock()
        steps.fire(pks, at)
    other.join()
    assert answers == [False]
    again = Page.objects.waiting().get()
    assert (again.incident, again.responder) == (incident, cast.on_duty)
    assert pages.acknowledge(page=again, by=cast.on_duty, at=at, via="console").won
