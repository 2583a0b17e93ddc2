"""Rows 11, 12 and 15: what everything stands on goes away, or part of it is locked."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections

from escalations.models import Page
from faults.book import Run, row, variant
from faults.stage import Stage, Stream
from incidents.models import Report


@row(
    11,
    "Redis killed and flushed for 10 min",
    "nothing lost; due pages found ≤ 5 s",
    measured="due (reported, or the next step's time come), until with a provider",
)
def redis_is_gone_and_comes_back_empty(stage: Stage, run: Run) -> None:
    desks = [stage.cast.desk(*stage.cast.people(5, "webhook")) for _ in range(10)]
    stage.start("web", "worker-a", "watchdog", "scheduler")
    answers = stage.report_all(desks[:5])
    stage.until(
        lambda: not stage.ledger.lost([answer.key for answer in answers]), 15, "it did not begin well"
    )
    stage.ground.kill_valkey()
    run.kills += 1
    gone = time.time()
    answers += stage.report_all(desks[5:])
    run.hold(all(answer.status == 202 for answer in answers), "a report was not accepted")
    late = answers[5:]
    stage.until(lambda: not stage.ledger.lost([answer.key for answer in late]), 15)
    firsts = stage.ledger.first_of([answer.key for answer in late])
    told = [firsts[answer.key] - answer.answered for answer in late if answer.key in firsts]
    run.took(told, at_most=5, what="reported meanwhile")
    for step in (1, 2):
        _next_steps(stage, run, step, len(desks))
    run.facts["gone for"] = round(stage.between(gone, time.time()), 1)
    stage.ground.start_valkey()
    time.sleep(1)
    _next_steps(stage, run, 3, len(desks))
    run.lost = stage.ledger.lost([answer.key for answer in answers])
    run.lost += Page.objects.count() - len(stage.ledger.by_page())
    run.duplicated = stage.ledger.labelled() + stage.ledger.unlabelled()
    run.hold(run.duplicated == 0, f"{run.duplicated} duplicates")


def _next_steps(stage: Stage, run: Run, step: int, count: int) -> None:
    due = stage.pass_time(301)
    stage.until(lambda: _told_of(stage, step) >= count, 15)
    pages = set(Page.objects.filter(step=step).values_list("pk", flat=True))
    told = [calls[0].at - due for page, calls in stage.ledger.by_page().items() if page in pages]
    run.hold(len(told) == count, f"step {step + 1}: {len(told)} of {count} were told")
    run.took(told, at_most=5, what=f"step {step + 1}")


def _told_of(stage: Stage, step: int) -> int:
    pages = set(Page.objects.filter(step=step).values_list("pk", flat=True))
    return len(pages & stage.ledger.by_page().keys())


@row(
    12,
    "Postgres restarted mid-step",
    "resumes ≤ 15 s; intake answers 503 meanwhile, never “accepted” without a commit",
    measured="the database back, until everything accepted is with a provider",
)
def a_fast_restart(stage: Stage, run: Run) -> None:
    _restarted(stage, run, stage.ground.stop_postgres)


@variant(12)
def kill_and_recovery(stage: Stage, run: Run) -> None:
    _restarted(stage, run, stage.ground.kill_postgres)


def _restarted(stage: Stage, run: Run, end: Callable[[], None]) -> None:
    """While ten reports a second come in, so that some step is always half done."""
    desks = [stage.cast.desk(person) for person in stage.cast.people(40, "webhook")]
    stage.start("web", "worker-a", "watchdog", "scheduler")
    with Stream(stage, desks, every=0.1) as reports:
        time.sleep(3)
        end()
        run.kills += 1
        gone = time.time()
        connections.close_all()
        time.sleep(3)
        stage.ground.start_postgres()
        back = time.time()
        time.sleep(4)
    connections.close_all()
    keys = [answer.key for answer in reports.accepted()]
    stage.until(lambda: not stage.ledger.lost(keys), 30)
    _resumed(stage, run, reports, gone, back)
    run.lost = stage.ledger.lost(keys)
    run.duplicated = stage.ledger.labelled() + stage.ledger.unlabelled()
    run.hold(stage.ledger.unlabelled() == 0, "a duplicate without its label")
    run.hold(run.duplicated <= 1, f"{run.duplicated} duplicates of one restart")


def _resumed(stage: Stage, run: Run, reports: Stream, gone: float, back: float) -> None:
    kept = set(Report.objects.values_list("dedup_key", flat=True))
    accepted = {answer.key for answer in reports.accepted()}
    run.hold(accepted <= kept, f"{len(accepted - kept)} were answered as accepted and are not there")
    other = sorted({answer.status for answer in reports.answers} - {202, 503})
    run.hold(not other, f"answers that were neither 202 nor 503: {other}")
    meanwhile = [
        answer for answer in reports.answers if gone + 0.2 < answer.sent and answer.answered < back - 0.2
    ]
    run.hold(meanwhile and all(one.status == 503 for one in meanwhile), "no 503 while the database was away")
    run.facts |= {"accepted": len(accepted), "refused": len(reports.answers) - len(accepted)}
    firsts = stage.ledger.first_of(list(accepted))
    waited = [one for one in reports.accepted() if firsts.get(one.key, back + 1) > back]
    told = [firsts[one.key] - max(back, one.answered) for one in waited if one.key in firsts]
    run.took(told, at_most=15, what="resumed")
    again = [answer.answered - back for answer in reports.accepted() if answer.answered > back]
    run.hold(again and min(again) <= 15, "intake did not accept again within 15 s")


# What is written so that it can be looked at later: the audit, what has been worked, what came in at the doors.
ASIDE = ("accounts_auditevent", "oncall_handledpage", "oncall_workedshift", "incidents_intakerecord")


@row(
    15,
    "audit or analytics tables locked or failing",
    "paging unaffected",
    measured="accepted until with a provider, and an acknowledgement until it is answered",
)
def locked(stage: Stage, run: Run) -> None:
    with _all_of_them_locked(stage):
        _paged_and_answered(stage, run)


@variant(15)
def failing(stage: Stage, run: Run) -> None:
    with stage.ground.owner(stage.name) as owner, owner, owner.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'out of order'; END $$"
        )
        for table in ASIDE:
            cursor.execute(f"CREATE TRIGGER refuse BEFORE INSERT ON {table} EXECUTE FUNCTION refuse()")
    _paged_and_answered(stage, run)


@contextmanager
def _all_of_them_locked(stage: Stage) -> Iterator[None]:
    with stage.ground.owner(stage.name) as owner, owner.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(ASIDE)} IN ACCESS EXCLUSIVE MODE")
        try:
            yield
        finally:
            owner.rollback()


def _paged_and_answered(stage: Stage, run: Run) -> None:
    from accounts import links

    first, second = stage.cast.people(2, "webhook")
    desk = stage.cast.desk(first, second)
    stage.start("web", "worker-a", "watchdog", "scheduler")
    answer = stage.report(desk)
    run.hold(answer.status == 202, f"the report was answered {answer.status}")
    stage.until(lambda: stage.ledger.taken("webhook", to=stage.cast.path(first)), 15)
    told = stage.ledger.taken("webhook", to=stage.cast.path(first))
    run.lost += not told
    run.took([one.at - answer.sent for one in told[:1]], at_most=5, what="paged")
    page = Page.objects.filter(responder=first).first()
    if page is None:
        return
    began = time.time()
    status = stage.post_link(f"/p/{links.token_for(page.message_id)}/")
    run.took([time.time() - began], at_most=2, what="acknowledged")
    run.hold(status in {200, 302}, f"the acknowledgement was answered {status}")
    page.refresh_from_db()
    run.hold(page.state == "acknowledged", f"the page is {page.state}")
    stage.pass_time(301)
    time.sleep(3)
    run.hold(not stage.ledger.taken("webhook", to=stage.cast.path(second)), "the next was paged all the same")
