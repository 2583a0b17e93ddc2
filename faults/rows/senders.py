"""Rows 1 and 10: whoever sends is killed or frozen with a page in hand."""

import subprocess
import time

from accounts.actions.claims import LEASE
from accounts.models import Delivery
from escalations.models import Escalation, Page
from faults.book import Run, row, variant
from faults.rows.steps import stepper
from faults.stage import Stage, python

CHANNELS = ("webhook", "sms", "email")


@row(
    1,
    "kill -9 the sender after it claimed, before the provider answered",
    "sent again ≤ 30 s, same idempotency key",
    measured="the kill, until the page is with the provider again",
)
def another_worker_takes_over(stage: Stage, run: Run) -> None:
    """The other worker is frozen until the first is dead, so that it is certain whose the claims were."""
    desk = _held_by_nobody_yet(stage)
    stage.start("web", "worker-a", "worker-b", "scheduler")
    stage.freeze("worker-b")
    keys = _claimed_and_unanswered(stage, run, desk)
    killed = stage.kill("worker-a")
    stage.thaw("worker-b")
    _sent_again(stage, run, keys, killed)


@variant(1)
def the_watchdog_takes_over(stage: Stage, run: Run) -> None:
    """The only worker dies; nobody but the watchdog is left."""
    desk = _held_by_nobody_yet(stage)
    stage.start("web", "worker-a", "scheduler")
    keys = _claimed_and_unanswered(stage, run, desk)
    killed = stage.kill("worker-a")
    stage.start("watchdog")
    _sent_again(stage, run, keys, killed)


def _held_by_nobody_yet(stage: Stage):
    for stub in (stage.webhook, stage.twilio, stage.mail):
        stub.behave("hang", seconds=60, times=1)
    return stage.cast.desk(stage.cast.person("webhook:0", "sms:0", "email:0"))


def _claimed_and_unanswered(stage: Stage, run: Run, desk) -> list[str]:
    """The keys that the three providers have heard once, and not answered."""
    answer = stage.report(desk)
    run.hold(answer.status == 202, f"answered {answer.status}")
    stage.until(lambda: len(stage.ledger.calls()) == 3, 20, "the three providers were not called")
    rows = list(Delivery.objects.values_list("state", "fence"))
    run.hold(rows == [("sending", 1)] * 3, f"claimed once each, and in hand: {rows}")
    return [one.key for one in stage.ledger.calls()]


def _sent_again(stage: Stage, run: Run, keys: list[str], killed: float) -> None:
    run.kills += 1
    stage.until(lambda: len(stage.ledger.taken()) >= 3, 40)
    time.sleep(1)
    for key in keys:
        arrived = [one for one in stage.ledger.calls() if one.key == key]
        again = [one.at - killed for one in arrived if one.took]
        run.lost += not again
        run.took(again[:1], at_most=30, what=f"{arrived[0].channel} again")
        run.hold(len(arrived) == 2, f"{arrived[0].channel}: {len(arrived)} calls under the key")
    run.duplicated = stage.ledger.labelled() + stage.ledger.unlabelled()
    run.hold(run.duplicated == 0, f"{run.duplicated} taken twice, though none was answered the first time")
    rows = sorted(Delivery.objects.values_list("state", "fence"))
    run.hold(rows == [("sent", 2)] * 3, f"sent under the second claim: {rows}")


@variant(1)
def kill_at_every_statement_of_sending(stage: Stage, run: Run) -> None:
    """Not only before the answer: before each statement of claiming, looking, and recording. Between two kills the
    lease is left to run out, by the database's clock."""
    desk = stage.cast.desk(stage.cast.person("webhook"))
    stage.start("web")
    answer = stage.report(desk)
    # Nobody else is about: the step is fired here, by the product's own action.
    from accounts import clock
    from escalations.actions import escalations

    escalations.advance(at=clock.now())
    places = []
    with stepper(stage, "webhook") as tries:
        for one in tries:
            if not one["died"]:
                break
            run.kills += 1
            places.append(one["where"])
            stage.pass_time(LEASE.total_seconds() + 1)
            if Delivery.objects.get().state == "sent":
                break
    run.facts["killed before"] = places
    run.lost = stage.ledger.lost([answer.key])
    run.duplicated = stage.ledger.labelled()
    run.hold(run.kills >= 4, f"only {run.kills} statements were found to kill at")
    run.hold(len({one.key for one in stage.ledger.taken()}) == 1, "sent again under another key")
    run.hold(run.duplicated <= run.kills, f"{run.duplicated} duplicates of {run.kills} kills")
    run.hold(Delivery.objects.get().state == "sent", "in the end it was not sent")


@row(
    10,
    "worker frozen (SIGSTOP) holding a lease, then thawed",
    "another takes over; at most one labelled duplicate, its outcome refused",
    measured="the freeze, until another has sent it, by the database's clock",
)
def frozen_in_a_call_of_the_provider(stage: Stage, run: Run) -> None:
    """The provider has taken it and is about to say so when the worker freezes."""
    stage.webhook.behave("late", seconds=1.5, times=1)
    desk = stage.cast.desk(stage.cast.person("webhook"))
    stage.start("web", "worker-a", "scheduler")
    answer = stage.report(desk)
    stage.until(lambda: stage.ledger.taken(), 15, "the provider was not called")
    frozen = time.time()
    stage.freeze("worker-a")
    stage.start("worker-b")
    stage.until(lambda: len(stage.ledger.taken()) == 2, 40)
    again = stage.ledger.taken()[1:]
    stage.until(lambda: Delivery.objects.filter(state="sent").exists(), 15)  # the other has written it down
    before = Delivery.objects.values("state", "fence", "handed_at", "outcome").get()
    run.took([stage.between(frozen, one.at) for one in again], at_most=30, what="another took over")
    stage.thaw("worker-a")
    refused = stage.until(lambda: "outcome refused" in stage.log("worker-a"), 15)
    run.hold(refused, "the thawed worker does not say that its outcome was refused")
    after = Delivery.objects.values("state", "fence", "handed_at", "outcome").get()
    run.hold(before == after and after["fence"] == 2, f"what stands is not the other's: {after}")
    run.lost = stage.ledger.lost([answer.key])
    run.duplicated = stage.ledger.labelled()
    run.hold(run.duplicated <= 1, f"{run.duplicated} duplicates of one freeze")
    run.hold(stage.ledger.unlabelled() == 0, "a duplicate without its label")


@variant(10)
def frozen_in_the_middle_of_a_step(stage: Stage, run: Run) -> None:
    """It holds the run's row and half of what the step writes, uncommitted. Whoever else comes takes the step over, and
    what the thawed one goes on to write is refused."""
    import os
    import signal

    desk = stage.cast.desk(stage.cast.person("webhook"))
    stage.start("web")
    answer = stage.report(desk)
    stuck = subprocess.Popen(
        python("-m", "faults.stepper", "step", "--stop-at", "12"),
        env=os.environ | {"DATABASE_URL": stage.url},
    )
    try:
        stage.until(lambda: _is_stopped(stuck.pid), 30, "the step did not come to its twelfth statement")
        frozen = time.time()
        run.hold(Page.objects.count() == 0, "the frozen step is seen by others")
        stage.start("watchdog")
        stage.until(lambda: stage.ledger.taken(), 40)
        run.took([one.at - frozen for one in stage.ledger.taken()[:1]], at_most=30, what="another took over")
        os.kill(stuck.pid, signal.SIGCONT)
        stuck.wait(20)
    finally:
        stuck.kill()
    time.sleep(1)
    run.lost = stage.ledger.lost([answer.key])
    run.duplicated = len(stage.ledger.taken()) - 1
    run.hold(Page.objects.count() == 1, f"{Page.objects.count()} pages of one step")
    stands = Escalation.objects.values_list("next_step", "failures").get()
    run.hold(stands == (1, 0), f"what the thawed one wrote stands: {stands}")
    run.hold(run.duplicated == 0, f"{run.duplicated} duplicates")


def _is_stopped(pid: int) -> bool:
    from pathlib import Path

    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("T")
