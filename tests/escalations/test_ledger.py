"""The ledger and the audit hear of paging afterwards and by themselves: locked or failing, they keep no page."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta

import psycopg2
import pytest
from django.db import Error, connection
from django.test import Client

from accounts import clock, links
from accounts.actions import deliveries
from config.management.commands import watchdog
from escalations.actions import by_hand, escalations, handled, pages
from escalations.models import Page
from oncall import tasks
from oncall.actions import rounds
from oncall.models import HandledPage
from tests.cast import START
from tests.oncall.rows import roster
from tests.services import database_url

TABLES = "oncall_handledpage, oncall_workedshift, accounts_auditevent"


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Somebody keeps the tables to themselves, as a migration or a dump gone wrong would."""
    with closing(psycopg2.connect(database_url(name, "watchfloor_owner"))) as other:
        with other.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {TABLES} IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def broken(name: str) -> Iterator[None]:
    """They are not there at all."""
    with closing(psycopg2.connect(database_url(name, "watchfloor_owner"))) as other:
        other.autocommit = True
        with other.cursor() as cursor:
            for table in TABLES.split(", "):
                cursor.execute(f"ALTER TABLE {table} RENAME TO gone_{table}")
            yield
            for table in TABLES.split(", "):
                cursor.execute(f"ALTER TABLE gone_{table} RENAME TO {table}")


@pytest.fixture
def hurried():
    """What waits for a lock fails at once instead of hanging the test."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '500ms'")


@pytest.fixture
def patience(monkeypatch):
    monkeypatch.setattr("accounts.patience.WAIT", "200ms")


@pytest.mark.parametrize("trouble", [locked, broken])
def test_pages_are_sent_and_answered_while_ledger_and_audit_take_nothing(
    committed_cast, hurried, patience, mailbox, trouble
):
    cast, at = committed_cast, clock.now()
    with trouble(connection.settings_dict["NAME"]):
        incident = cast.report(at=at)
        escalations.advance(at=at)
        asked = by_hand.ask(incident=incident, responder=cast.partner, by=cast.manager, at=at)
        other = by_hand.ask(incident=incident, responder=cast.second, by=cast.manager, at=at)
        by_hand.take_back(page=other, by=cast.manager, at=at)
        sent = deliveries.send_due(channel="email")
        [by_policy] = incident.pages.filter(escalation__isnull=False)
        for page in (asked, by_policy):
            assert Client().post(f"/p/{links.token_for(page.message_id)}/").status_code == 302
        incident.refresh_from_db()
        assert (sent, incident.acknowledged_by) == (2, cast.on_duty)
        assert handled.report_handled(at=at) == 0
    assert len(mailbox.take()) == 2
    assert handled.report_handled(at=at) == 2
    assert {row.person for row in HandledPage.objects.all()} == {cast.on_duty, cast.partner}


@pytest.mark.parametrize("trouble", [locked, broken])
def test_the_watchdog_pages_although_the_rosters_rounds_cannot_be_made(
    committed_cast, patience, mailbox, monkeypatch, trouble
):
    monkeypatch.setattr(watchdog, "GRACE", timedelta(0))
    committed_cast.report(at=clock.now())
    rounds.keep_watch(at=clock.now() - timedelta(hours=1))
    senders = watchdog.Senders()
    with trouble(connection.settings_dict["NAME"]), suppress(Error):  # as its loop does
        watchdog.carry(senders)
    senders.leave()
    assert mailbox.take_one().to == [committed_cast.on_duty.email]


@pytest.mark.parametrize("task", [tasks.keep_watch, tasks.record_shifts])
def test_a_round_that_is_kept_waiting_gives_up_and_is_made_later(committed_cast, patience, task):
    roster("daily", [committed_cast.on_duty, committed_cast.second])
    with locked(connection.settings_dict["NAME"]):
        before = clock.now()
        with pytest.raises(Exception, match="lock timeout"):
            task()
        assert clock.now() - before < timedelta(seconds=5)
    task()


def test_an_answer_is_written_down_once_and_never_lost(cast):
    cast.report(at=START)
    escalations.advance(at=START)
    page = Page.objects.get()
    pages.acknowledge(page=page, by=cast.on_duty, at=START, via="link")
    assert handled.report_handled(at=START) == 1
    assert handled.report_handled(at=START) == 0
    Page.objects.update(in_ledger_at=None)  # the sweep died between its two writes
    assert handled.report_handled(at=START) == 1
    assert HandledPage.objects.count() == 1
