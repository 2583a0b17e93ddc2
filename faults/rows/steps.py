"""Rows 2 and 17: a step dies between any two statements; a step finds nobody."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Count

from accounts.models import Delivery, Message
from devstack.children import dying_with_parent
from escalations.models import Escalation, Page
from faults.book import Run, row
from faults.stage import Stage, python
from incidents.choices import EntryKind
from incidents.models import Incident, TimelineEntry


@row(
    2,
    "kill -9 between any two statements of an escalation step",
    "never a state without its outbox rows",
    measured="no time: what each kill left is looked at",
    short=True,
)
def kill_at_every_statement(stage: Stage, run: Run) -> None:
    """A gap and the person behind it, the next person, exhaustion: each step is killed before every statement it makes,
    before its COMMIT and after it, until it has stood once."""
    from incidents.actions import intake
    from incidents.actions.submission import Submission
    from incidents.choices import Source

    first, second = stage.cast.people(2, "webhook", "email")
    gap = stage.cast.roster(owner=second)
    stage.cast.desk({"roster": gap, "duty": "primary"}, first, second, wait=300, last=300)
    told = Submission(
        source=Source.FORM,
        principal=f"person:{second.pk}",
        reporter=second,
        title="A fault",
        harm_type="VT3",
        language="qaa",
    )
    incident = intake.receive(submission=told, at=stage.moment(time.time()))[0].incident
    with stepper(stage, "step") as tries:
        for step in (1, 2, 3):
            kill_through(stage, run, incident, tries, step)
            stage.pass_time(301)
    told_states = Escalation.objects.values_list("state", "next_step").get(incident=incident)
    run.hold(told_states == ("exhausted", 3), f"the run ended as {told_states}")
    run.hold(run.kills >= 50, f"only {run.kills} statements were found to kill at")


def kill_through(stage: Stage, run: Run, incident: Incident, tries: Iterator[dict], step: int) -> None:
    before = state(incident)
    for one in tries:
        now = state(incident)
        wrong = unfinished(incident)
        where = f"step {step}, killed at {one['at']} ({one['where']})"
        run.hold(not wrong, f"{where}: {'; '.join(wrong)}")
        if one["died"]:
            run.kills += 1
            # Only where the whole of it was committed may anything be different.
            run.hold(now == before or one["where"] == "after COMMIT", f"{where}: it left {now} of {before}")
        if now != before:
            run.facts[f"step {step}"] = {"kills": one["at"] - (not one["died"]), "left": list(now)}
            return


def state(incident: Incident) -> tuple:
    """What a step writes, counted."""
    run = Escalation.objects.get(incident=incident)
    pages = Page.objects.filter(incident=incident)
    return (
        run.state,
        run.next_step,
        pages.count(),
        Message.objects.filter(page__incident=incident).count(),
        Delivery.objects.filter(message__page__incident=incident).count(),
        TimelineEntry.objects.filter(incident=incident).count(),
    )


def unfinished(incident: Incident) -> list[str]:
    """What would be a state without its outbox rows, or rows without their state."""
    wrong = []
    run = Escalation.objects.get(incident=incident)
    pages = Page.objects.filter(incident=incident).annotate(attempts=Count("message__deliveries"))
    if any(page.attempts == 0 for page in pages):
        wrong.append("a page has no delivery")
    told = TimelineEntry.objects.filter(incident=incident, kind=EntryKind.PAGED).count()
    if told != len(pages):
        wrong.append(f"{len(pages)} pages, {told} told of in the timeline")
    paged = {page.step for page in pages}
    passed = TimelineEntry.objects.filter(incident=incident, kind=EntryKind.STEP_EMPTY).count()
    if len(paged) + passed != run.next_step:
        wrong.append(f"next step {run.next_step}, but {len(paged)} were paged and {passed} passed over")
    if Message.objects.filter(dedupe_key__startswith="escalation:", page=None).exists():
        wrong.append("a message has no page")
    return wrong


@contextmanager
def stepper(stage: Stage, work: str) -> Iterator[Iterator[dict]]:
    """Each try as it ends; the next begins when the next is asked for."""
    import os

    process = subprocess.Popen(
        python("-m", "faults.stepper", work),
        env=os.environ | {"DATABASE_URL": stage.url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=dying_with_parent(9),
    )

    def tries() -> Iterator[dict]:
        while line := process.stdout.readline():  # type: ignore[union-attr]
            yield json.loads(line)
            process.stdin.write("go\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]

    try:
        yield tries()
    finally:
        process.kill()
        process.wait()


@row(
    17,
    "a step with nobody",
    "next step paged ≤ 5 s",
    measured="accepted, until the next step's person is with a provider",
    short=True,
)
def three_gaps_before_somebody(stage: Stage, run: Run) -> None:
    """A roster with a gap, a person nobody can reach, a roster with a gap: the fourth step is somebody."""
    reached, owner, mute = stage.cast.person("webhook"), stage.cast.person("email"), stage.cast.person()
    gaps = [{"roster": stage.cast.roster(owner=owner), "duty": "primary"} for _ in range(2)]
    desk = stage.cast.desk(gaps[0], mute, gaps[1], reached)
    stage.start("web", "worker-a", "scheduler")
    for _ in range(3):
        answer = stage.report(desk)
        run.hold(answer.status == 202, f"answered {answer.status}")
        stage.until(lambda answer=answer: stage.ledger.first_of([answer.key]), 15)
        firsts = stage.ledger.first_of([answer.key])
        run.lost += stage.ledger.lost([answer.key])
        run.took([at - answer.answered for at in firsts.values()], at_most=5, what="next step")
        time.sleep(2.1)  # whoever was just paged is paced
    empty = TimelineEntry.objects.filter(kind=EntryKind.STEP_EMPTY)
    run.hold(empty.count() == 9, f"{empty.count()} of 9 empty steps stand in the timeline")
    run.hold(
        stage.until(lambda: stage.ledger.taken("email", to=owner.email), 10),
        "the roster's owner was not told",
    )
    run.duplicated = stage.ledger.labelled() + stage.ledger.unlabelled()
    run.hold(run.duplicated == 0, "sent twice")
