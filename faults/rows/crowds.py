"""Rows 9 and 18: ten thousand pages at once, and one that must not wait behind three hundred."""

import time
import uuid
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from accounts import clock
from accounts.actions.claims import LEASE
from accounts.models import ContactMethod, Delivery, Message, User
from escalations.models import Escalation, Page
from faults.book import Run, row, variant
from faults.ledger import Sent
from faults.stage import Stage
from incidents.models import Incident, Report

PEOPLE, EACH = 500, 20  # ten thousand pages
INCIDENTS = EACH


@row(
    9,
    "2, then 5 workers over 10,000 due pages; kill any",
    "each sent at least once, at most one labelled duplicate per kill; the rest done ≤ 10 s later",
    measured="a kill, until what the killed one had claimed is with a provider",
)
def two_workers_one_killed(stage: Stage, run: Run) -> None:
    _many(stage, run, workers=2, kills=1)


@variant(9)
def five_workers_two_killed(stage: Stage, run: Run) -> None:
    _many(stage, run, workers=5, kills=2)


def _many(stage: Stage, run: Run, *, workers: int, kills: int) -> None:
    """Killed while pages are in the air. What the dead had claimed is anybody's when their lease ends; *the rest* is
    done ten seconds after the last of these leases, or after what else there was to send by then."""
    names = [f"worker-{letter}" for letter in "abcde"[:workers]]
    stage.start("web")
    stage.webhook.behave("late", seconds=0.05)  # as long as a provider near by takes
    _ten_thousand_due(stage)
    stage.start(*names, "scheduler")
    killed: list[tuple[float, set[UUID]]] = []
    for number in range(kills):
        share = (number + 1) / (kills + 2)
        stage.until(lambda share=share: _done() >= share * PEOPLE * EACH, 300, "it does not get on")
        killed.append(_killed_with_something_in_hand(stage, names))
        run.kills += 1
    stage.until(lambda: _done() == PEOPLE * EACH, 300)
    time.sleep(2)
    _judge(stage, run, killed)


def _ten_thousand_due(stage: Stage) -> None:
    """Pages of twenty running escalations, written as the product writes them: a page, its message, its delivery. A
    tenth is of the most severe and leaves one by one; the others leave together where they go to one person."""
    people = stage.cast.people(PEOPLE, "webhook")
    method_of = dict(ContactMethod.objects.values_list("person", "pk"))
    desks = [
        stage.cast.desk(people[0], harm_type="SH1" if number < INCIDENTS // 10 else "VT3")
        for number in range(INCIDENTS)
    ]
    answers = stage.report_all(desks)
    assert {answer.status for answer in answers} == {202}, answers
    due = clock.now()
    # Their own first step is not what this is about.
    Escalation.objects.update(due_at=due.replace(year=due.year + 1), next_step=1)
    for run in Escalation.objects.select_related("incident"):
        _pages(run, people, method_of, due)
    with stage.ground.owner(stage.name) as owner, owner, owner.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum has done where so many pages came one after the other


def _pages(run: Escalation, people: list[User], method_of: dict[int, int], due: datetime) -> None:
    incident, asked = run.incident, []
    pressing = incident.severity == 0
    for person in people:
        message = Message(
            to=person,
            urgency="high",
            severity=incident.severity,
            subject=f"SEV{incident.severity} {incident.code}: you are being paged",
            text="Nobody has acknowledged it yet: you are asked to.",
            link_to="page_link",
            link_label="Acknowledge",
            dedupe_key=f"faults:{run.pk}:{person.pk}",
            created_at=due,
        )
        page = Page(
            id=uuid.uuid4(),
            incident=incident,
            escalation=run,
            step=0,
            responder=person,
            message=message,
            created_at=due,
        )
        asked.append((message, page))
    Message.objects.bulk_create(message for message, _ in asked)
    Page.objects.bulk_create(page for _, page in asked)
    Delivery.objects.bulk_create(
        Delivery(
            message=message,
            method_id=method_of[page.responder_id],
            channel="webhook",
            due_at=due,
            pressing=pressing,
        )
        for message, page in asked
    )


def _done() -> int:
    return Delivery.objects.filter(state="sent").count()


def _killed_with_something_in_hand(stage: Stage, names: list[str]) -> tuple[float, set[UUID]]:
    """When, and the pages it had claimed, whichever it was. It is frozen first: what is still in hand a second later
    is its own."""
    for name in names * 10:
        at = time.time()
        stage.freeze(name)
        before = _in_hand()
        time.sleep(1)
        held = before & _in_hand()
        if held:
            names.remove(name)
            stage.kill(name)
            return at, {page for page, _ in held}
        stage.thaw(name)
    raise AssertionError("no worker ever had anything in hand")


def _in_hand() -> set[tuple[UUID, int]]:
    return set(Delivery.objects.filter(state="sending").values_list("message__page", "fence"))


def _judge(stage: Stage, run: Run, killed: list[tuple[float, set[UUID]]]) -> None:
    calls = stage.ledger.by_page()
    run.lost = PEOPLE * EACH - len(calls)
    run.duplicated = stage.ledger.labelled()
    run.hold(stage.ledger.unlabelled() == 0, "a duplicate without its label")
    run.hold(run.duplicated <= run.kills, f"{run.duplicated} duplicates of {run.kills} kills")
    run.hold(Delivery.objects.exclude(state="sent").count() == 0, "some row is not recorded as sent")
    # What was claimed twice had been in the hands of one that was killed.
    taken_over = Delivery.objects.filter(fence__gt=1, attempt=1).values_list("message__page", flat=True)
    orphans = {page for page in taken_over if any(page in held for _, held in killed)}
    firsts = {page: told[-1].at for page, told in calls.items()}
    last_kill = max(at for at, _ in killed)
    told = [
        firsts[page] - max(at for at, held in killed if page in held) for page in orphans if page in firsts
    ]
    run.facts |= {
        "calls": len(stage.ledger.taken()),
        "taken over": len(orphans),
        "rate": _rate(stage.ledger.taken()),
    }
    run.took(told, at_most=30, what="what the killed had claimed")
    rest = max((at for page, at in firsts.items() if page not in orphans), default=0.0)
    end = max(last_kill + LEASE.total_seconds(), rest)
    run.hold(max(firsts.values()) <= end + 10, "not done 10 s after the last lease of the dead")


def _rate(taken: list[Sent]) -> float:
    """Calls a second."""
    return round(len(taken) / max(taken[-1].at - taken[0].at, 0.001), 1)


@row(
    18,
    "300 low-severity pages to one person, then a SEV0",
    "the SEV0 leaves ≤ 5 s",
    measured="the SEV0 accepted, until with a provider",
)
def behind_three_hundred(stage: Stage, run: Run) -> None:
    """The provider takes half a second over each call, so that there is a queue to pass."""
    person = stage.cast.person("webhook")
    mild = [stage.cast.desk(person, harm_type="GV1") for _ in range(4)]
    grave = stage.cast.desk(person, harm_type="SH1")
    stage.webhook.behave("late", seconds=0.5)
    stage.start("web", "worker-a", "watchdog", "scheduler")
    answers = stage.report_all([mild[number % 4] for number in range(300)], severity="info")
    answer = stage.report(grave)
    severities = dict(Incident.objects.values_list("severity").annotate(last=Max("pk")))
    run.hold(set(severities) == {0, 4}, f"the severities are {sorted(severities)}")
    stage.until(lambda: not stage.ledger.lost([answer.key]), 20)
    waiting = Delivery.objects.filter(state__in=["queued", "sending"]).count()
    firsts = stage.ledger.first_of([answer.key])
    run.took([at - answer.answered for at in firsts.values()], at_most=5, what="the SEV0")
    keys = [one.key for one in answers]
    stage.until(lambda: Page.objects.count() == 301 and not _unsent(), 60)
    run.lost = stage.ledger.lost([*keys, answer.key])
    run.duplicated = stage.ledger.labelled() + stage.ledger.unlabelled()
    run.hold(run.duplicated == 0, f"{run.duplicated} duplicates")
    run.facts |= {"waiting when it left": waiting, "calls": len(stage.ledger.taken())}
    run.hold(Report.objects.count() == 301, "not every report was kept")


def _unsent() -> bool:
    return Delivery.objects.exclude(state="sent").exists()
