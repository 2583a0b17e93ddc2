"""Row 16: nobody asks for sweeps any more."""

import http.client
import json
import time

from accounts import clock
from accounts.models import Delivery
from faults.book import Run, row
from faults.stage import Stage


@row(
    16,
    "the scheduler process dies",
    "an admin is paged ≤ 2 min; health says the age of the oldest due unsent row",
    measured="the kill, until an administrator's page is with a provider, by the database's clock",
)
def the_scheduler_is_killed(stage: Stage, run: Run) -> None:
    admin, person = stage.cast.person("email", role="administrator"), stage.cast.person("webhook")
    desk = stage.cast.desk(person)
    stage.start("web", "worker-a", "watchdog", "scheduler")
    before = stage.report(desk)
    stage.until(lambda: not stage.ledger.lost([before.key]), 15, "it did not begin well")
    stage.until(lambda: _health(stage)[0] == 200, 15, "it was not healthy before")
    killed = stage.kill("scheduler")
    run.kills += 1
    # In real seconds: to whoever looks after the others, a leap of the clock is an outage of their own.
    stage.until(lambda: stage.ledger.taken("email", to=admin.email), 180)
    paged = stage.ledger.taken("email", to=admin.email)
    run.took([stage.between(killed, one.at) for one in paged[:1]], at_most=120, what="an administrator paged")
    run.facts["said"] = [one.words.partition("\n")[0] for one in paged]
    after = stage.report(desk)
    stage.until(lambda: not stage.ledger.lost([after.key]), 15)
    run.lost = stage.ledger.lost([before.key, after.key])
    run.duplicated = stage.ledger.labelled() + stage.ledger.unlabelled()
    run.hold(len(paged) <= 1, f"the administrator was paged {len(paged)} times for one death")
    _says_the_age(stage, run)


def _says_the_age(stage: Stage, run: Run) -> None:
    """With nobody left to send, health says how long the oldest has waited."""
    for name in ("worker-a", "watchdog"):
        stage.kill(name)
    row = Delivery.objects.order_by("-pk").first()
    Delivery.objects.filter(pk=row.pk).update(
        state="queued", ended_at=None, handed_at=None, confirm_by=None, outcome="", due_at=clock.now()
    )
    due = time.time()
    stage.pass_time(50)
    status, said = _health(stage)
    expected = stage.between(due, time.time())
    ages = [value for value in _numbers(said) if abs(value - expected) < 5]
    run.hold(status == 503, f"health was {status}")
    run.hold(
        ages, f"health does not say that the oldest has waited {expected:.0f} s: {json.dumps(said)[:150]}"
    )


def _health(stage: Stage) -> tuple[int, dict]:
    line = http.client.HTTPConnection("127.0.0.1", stage.ground.web_port, timeout=10)
    try:
        line.request("GET", "/healthz")
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, ValueError):
        return 0, {}
    finally:
        line.close()


def _numbers(said: object) -> list[float]:
    if isinstance(said, dict):
        return [number for value in said.values() for number in _numbers(value)]
    return [float(said)] if isinstance(said, int | float) and not isinstance(said, bool) else []
