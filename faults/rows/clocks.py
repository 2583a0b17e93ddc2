"""Rows 13 and 14: a worker whose clock is wrong, and hours in which nobody worked."""

import time
from datetime import UTC, datetime, timedelta
from datetime import time as of_day
from pathlib import Path

from escalations.models import Escalation, Page
from faults.book import NotRunError, Run, row, variant
from faults.ground import install_faketime
from faults.stage import Stage
from incidents.models import Incident, Report

WAIT = 20


@row(
    13,
    "a worker's clock ± 5 min",
    "nothing early or late",
    measured="how far from its time each page was with a provider",
)
def five_minutes_ahead(stage: Stage, run: Run) -> None:
    _skewed(stage, run, "+300s")


@variant(13)
def five_minutes_behind(stage: Stage, run: Run) -> None:
    _skewed(stage, run, "-300s")


@variant(13)
def one_ahead_and_one_right(stage: Stage, run: Run) -> None:
    _skewed(stage, run, "+300s", and_one_right=True)


def _skewed(stage: Stage, run: Run, skew: str, *, and_one_right: bool = False) -> None:
    """Reports, steps twenty seconds later and second methods ten seconds later, each at its time by the database."""
    library = install_faketime()
    if library is None:
        raise NotRunError("libfaketime is not installed and could not be (Debian's package faketime)")
    desks = [
        stage.cast.desk(stage.cast.person("webhook:0", "email:10"), stage.cast.person("sms"), wait=WAIT)
        for _ in range(5)
    ]
    lie = {"LD_PRELOAD": str(library), "FAKETIME": skew, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    stage.start("web", "watchdog", "scheduler", *(["worker-b"] if and_one_right else []))
    stage.start("worker-a", env=lie)
    run.hold(_believes(stage, skew), "the worker's clock is not wrong: libfaketime does nothing")
    keys = [answer.key for answer in stage.report_all(desks, threads=2)]
    stage.until(lambda: len(stage.ledger.taken("sms")) == len(desks), WAIT + 20)
    for kind in ("webhook", "email", "sms"):
        off = _off_their_time(stage, kind)
        run.hold(len(off) == len(desks), f"{kind}: {len(off)} of {len(desks)} came")
        run.hold(all(one > -0.1 for one in off), f"{kind}: {-min(off, default=0):.1f} s early")
        run.took([max(one, 0.0) for one in off], at_most=5, what=f"{kind} late")
    run.lost = stage.ledger.lost(keys)
    run.duplicated = stage.ledger.labelled() + stage.ledger.unlabelled()
    run.hold(run.duplicated == 0, f"{run.duplicated} duplicates")


def _believes(stage: Stage, skew: str) -> bool:
    """Whether the worker's process really has the wrong time: what it writes to its log is stamped with it."""
    import os
    import subprocess

    env = os.environ | {"LD_PRELOAD": str(install_faketime()), "FAKETIME": skew}
    told = subprocess.run(["date", "+%s"], env=env, capture_output=True, text=True, check=True)
    loaded = Path(f"/proc/{stage.children['worker-a'].process.pid}/maps").read_text()  # type: ignore[union-attr]
    return abs(float(told.stdout) - time.time() - float(skew[:-1])) < 5 and "libfaketime" in loaded


def _off_their_time(stage: Stage, kind: str) -> list[float]:
    """How late each call on the channel was. The second step's time is the first one's and its wait; that of a second
    method is what was planned with the message, not what some failure made of it."""
    off = []
    for page, calls in stage.ledger.by_page(stage.ledger.taken(kind)).items():
        asked = Page.objects.get(pk=page)
        due = asked.created_at.timestamp() + (10 if kind == "email" else 0)
        if asked.step:
            first = Page.objects.get(incident=asked.incident_id, step=0)
            due = first.created_at.timestamp() + WAIT
        off += [one.at - due for one in calls]
    return off


@row(
    14,
    "all workers down 3 h",
    "no storm: one page for each still open, to who is on duty now, marked delayed, at the right step; closed skipped",
    measured="the workers back, until each open incident's page is with a provider",
)
def three_hours_without_a_worker(stage: Stage, run: Run) -> None:
    """Some were paged before and nobody answered, some came meanwhile, some were acknowledged meanwhile; and the duty
    changed hands after that."""
    leaving, coming = stage.cast.people(2, "webhook")
    roster = stage.cast.roster(owner=leaving)
    _changing_hands_in_an_hour(stage, roster, leaving, coming)
    seconds = stage.cast.people(12, "webhook")
    desks = [stage.cast.desk({"roster": roster, "duty": "primary"}, second) for second in seconds]
    stage.start("web", "worker-a", "watchdog", "scheduler")
    before = stage.report_all(desks[:4])
    stage.until(lambda: not stage.ledger.lost([one.key for one in before]), 15, "it did not begin well")
    for name in ("worker-a", "watchdog", "scheduler"):
        stage.kill(name)
        run.kills += 1
    stage.pass_time(0.5 * 3600)  # before the handoff: who was on then is not who is to be asked
    meanwhile = stage.report_all(desks[4:])
    stage.pass_time(2.5 * 3600)
    answered = [before[0], *meanwhile[:4]]
    desk_of = {answer.key: desk for answer, desk in zip([*before, *meanwhile], desks, strict=True)}
    for answer in answered:
        run.hold(stage.acknowledge(desk_of[answer.key], answer.key).status == 202, "not acknowledged")
    told_before = len(stage.ledger.taken())
    since = time.time()
    stage.start("worker-a", "watchdog", "scheduler")
    back = time.time()
    still_open = {one.key for one in [*before, *meanwhile]} - {one.key for one in answered}
    stage.until(lambda: _told_since(stage, still_open, since) >= still_open, 30)
    time.sleep(6)  # a storm would come now
    run.facts["calls before"] = told_before
    told = _judge_backlog(stage, run, since, still_open, {one.key for one in answered})
    run.took([max(at - back, 0.0) for at in told], at_most=30, what="paged after the outage")
    _judge_steps(run, coming, {one.key for one in before[1:]}, {one.key for one in meanwhile[4:]})
    run.lost = stage.ledger.lost([one.key for one in [*before, *meanwhile] if one.key in still_open])


def _changing_hands_in_an_hour(stage: Stage, roster, leaving, coming) -> None:
    """`leaving` has been on since yesterday and hands over in an hour, at a full minute."""
    handoff = datetime.now(UTC) + timedelta(hours=1)
    layer = stage.cast.layer(
        roster, [leaving, coming], handoff=of_day(handoff.hour, handoff.minute), unit="day"
    )
    layer.anchor_on = (handoff - timedelta(days=1)).date()
    layer.save(update_fields=["anchor_on"])


def _told_since(stage: Stage, keys: set[str], since: float) -> set[str]:
    incident_of = dict(Report.objects.filter(dedup_key__in=keys).values_list("incident", "dedup_key"))
    pages = dict(Page.objects.filter(incident__in=incident_of).values_list("pk", "incident"))
    found = stage.ledger.by_page([one for one in stage.ledger.taken() if one.at > since])
    return {incident_of[pages[page]] for page in found if page in pages}


def _judge_backlog(
    stage: Stage, run: Run, began: float, still_open: set[str], answered: set[str]
) -> list[float]:
    """When each page was with a provider."""
    since = [one for one in stage.ledger.taken() if one.at > began]
    calls = stage.ledger.by_page(since)
    run.hold(all(len(told) == 1 for told in calls.values()), "a page was sent more than once")
    asked = Page.objects.filter(pk__in=calls).values_list("incident", "responder")
    run.hold(len(set(asked)) == len(calls), "somebody was asked twice about one incident")
    closed = _told_since(stage, answered, began)
    run.hold(not closed, f"{len(closed)} were paged though they had been acknowledged")
    late = [one for one in since if "delayed" in one.words.lower()]
    run.facts |= {"calls after": len(since), "marked delayed": len(late)}
    run.hold(
        len(late) == len(since), f"{len(since) - len(late)} of {len(since)} calls are not marked delayed"
    )
    run.hold(
        len(since) <= 2 * len(still_open), f"a storm: {len(since)} calls for {len(still_open)} incidents"
    )
    run.duplicated = stage.ledger.labelled() + stage.ledger.unlabelled()
    run.hold(run.duplicated == 0, f"{run.duplicated} duplicates")
    return [told[0].at for told in calls.values()]


def _judge_steps(run: Run, coming, before: set[str], meanwhile: set[str]) -> None:
    """What had been asked goes on at its second step, what nobody had been asked about begins with who is on now."""
    for keys, step, expected in ((before, 2, {0, 1}), (meanwhile, 1, {0})):
        for incident in Incident.objects.filter(reports__dedup_key__in=keys):
            asked = Page.objects.filter(incident=incident)
            run.hold(
                {page.step for page in asked} == expected,
                f"steps {sorted(page.step for page in asked)} were asked",
            )
            stands = Escalation.objects.get(incident=incident, state="running").next_step
            run.hold(stands == step, f"the next step is {stands + 1}, not {step + 1}")
    fresh = Page.objects.filter(incident__reports__dedup_key__in=meanwhile)
    run.hold(all(page.responder_id == coming.pk for page in fresh), "not who is on duty now was paged")
