"""One run's own stage: a database, the product's processes on it, the clock, and a way to report by HTTP."""

import http.client
import json
import os
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import redis
from celery import Celery
from django.conf import settings
from django.db import connection, connections
from kombu import pools

from accounts import nudge
from accounts.models import Heartbeat
from devstack import health
from devstack.children import Child, stop_all
from devstack.environment import PYTHON
from devstack.processes import SCHEDULE, processes
from faults.cast import Cast, Desk
from faults.ground import Ground
from faults.ledger import Ledger

STARTED_WITHIN = 90
ANSWERED_WITHIN = 30


@dataclass(frozen=True)
class Answer:
    """What a report was answered: 0 where nobody answered at all."""

    key: str
    status: int
    sent: float
    answered: float


class Stage:
    """A context: everything it started is gone when it ends."""

    def __init__(self, ground: Ground, name: str, slack: int = 1) -> None:
        self.ground, self.name, self.slack = ground, name, slack
        self.children: dict[str, Child] = {}
        self.shifts: list[tuple[float, float]] = []
        self.ledger = Ledger(ground.mail, ground.twilio, ground.webhook)
        self.mail, self.twilio, self.webhook = ground.mail, ground.twilio, ground.webhook
        self.simulated = 0.0

    def __enter__(self) -> "Stage":
        connections.close_all()
        self.url = self.ground.new_database(self.name)
        connection.settings_dict["NAME"] = self.name
        self.ledger.forget()
        self.webhook.ahead = 0.0
        pools.reset()  # a row before this one may have killed what they lead to
        self.app = Celery("faults", broker=settings.CELERY_BROKER_URL, set_as_current=False)
        for task in ("accounts.sweep", "escalations.sweep", *settings.CELERY_TASK_ROUTES):
            nudge.answer_here(task, lambda: None)  # the harness wakes nobody: that is for the product to do
        self.flush()
        self.cast = Cast(self.webhook.url)
        return self

    def __exit__(self, *raised: object) -> None:
        for child in self.children.values():
            with suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGCONT)  # type: ignore[union-attr]
            child.kill()
        connections.close_all()
        self.ground.drop_database(self.name)

    # -- processes ---------------------------------------------------------------------------------
    def start(self, *names: str, env: dict[str, str] | None = None) -> None:
        """`web`, `worker-…`, `watchdog-…`, `scheduler`: all at once, and not before each of them answers."""
        began = time.time()
        for name in names:
            self.launch(name, self.command(name), env)
        for name in names:
            self.until(lambda name=name: self._is_up(name, began), STARTED_WITHIN, f"{name} did not start")

    def launch(self, name: str, command: list[str], env: dict[str, str] | None = None) -> Child:
        given = {"DATABASE_URL": self.url} | (env or {})
        child = self.children[name] = self.ground.child(f"{self.name}-{name}", command, given)
        child.start()
        return child

    def kill(self, name: str) -> float:
        """-9, the whole session; when."""
        at = time.time()
        self.children[name].kill()
        return at

    def stop(self, *names: str) -> None:
        stop_all([self.children[name] for name in names], within=8)

    def freeze(self, name: str) -> None:
        os.killpg(self.children[name].process.pid, signal.SIGSTOP)  # type: ignore[union-attr]

    def thaw(self, name: str) -> None:
        os.killpg(self.children[name].process.pid, signal.SIGCONT)  # type: ignore[union-attr]

    def log(self, name: str) -> str:
        return self.children[name].log.read_text(errors="replace")  # type: ignore[union-attr]

    def flush(self) -> None:
        with closing(redis.Redis.from_url(settings.REDIS_URL)) as line:
            line.flushall()

    def command(self, name: str) -> list[str]:
        """What starts it, as the demo does."""
        kind = name.partition("-")[0]
        command = processes(self.ground.state, self.ground.web_port, 1)[kind]
        if kind == "worker":
            return [*command, "--hostname", f"{name}@faults"]
        if kind == "scheduler":
            for stale in self.ground.state.glob(f"{SCHEDULE}*"):
                stale.unlink()
        return command

    def _is_up(self, name: str, began: float) -> bool:
        kind = name.partition("-")[0]
        if not self.children[name].is_running:
            raise AssertionError(f"{name} ended: {self.children[name].last_words()}")
        if kind == "web":
            return health.is_alive(self.ground.web_port)
        if kind == "worker":
            return bool(self.app.control.ping([f"{name}@faults"], timeout=0.3))
        if kind == "watchdog":
            return Heartbeat.objects.filter(process="watchdog", beat_at__gt=self.moment(began)).exists()
        return True

    # -- time --------------------------------------------------------------------------------------
    def pass_time(self, seconds: float) -> float:
        """The database's clock jumps ahead; the moment of this machine at which it did."""
        with self.ground.owner(self.name) as owner, owner, owner.cursor() as cursor:
            cursor.execute("UPDATE clock_offset SET shift = shift + %s", [timedelta(seconds=seconds)])
            if not cursor.rowcount:
                cursor.execute("INSERT INTO clock_offset (shift) VALUES (%s)", [timedelta(seconds=seconds)])
        at = time.time()
        self.shifts.append((at, seconds))
        self.simulated += seconds
        self.webhook.ahead += seconds
        return at

    def between(self, earlier: float, later: float) -> float:
        """How long that was by the database's clock."""
        return later - earlier + sum(seconds for at, seconds in self.shifts if earlier < at <= later)

    def moment(self, real: float) -> datetime:
        """What the database's clock said then."""
        ahead = sum(seconds for at, seconds in self.shifts if at <= real)
        return datetime.fromtimestamp(real + ahead, UTC)

    def until(self, true: Callable[[], object], within: float, otherwise: str = "") -> bool:
        """Whether it came true in that many real seconds, and the stage's slack; with `otherwise`, the run ends there
        if it did not."""
        within *= self.slack
        end = time.monotonic() + within
        while not (answer := true()) and time.monotonic() < end:
            time.sleep(0.05)
        if otherwise and not answer:
            raise AssertionError(f"{otherwise} within {within} s")
        return bool(answer)

    # -- reporting ---------------------------------------------------------------------------------
    def report(self, desk: Desk, *, key: str = "", severity: str = "critical") -> Answer:
        payload = {"summary": "A fault", "source": "faults", "severity": severity}
        event = {"event_action": "trigger", "dedup_key": key or uuid.uuid4().hex, "payload": payload}
        return self._event(desk, event)

    def acknowledge(self, desk: Desk, key: str) -> Answer:
        return self._event(desk, {"event_action": "acknowledge", "dedup_key": key})

    def post_link(self, path: str) -> int:
        """Open a page's link as a browser does and press its button; what the press was answered."""
        line = http.client.HTTPConnection(
            "127.0.0.1", self.ground.web_port, timeout=ANSWERED_WITHIN * self.slack
        )
        try:
            line.request("GET", path)
            shown = line.getresponse()
            shown.read()
            cookie = shown.headers["Set-Cookie"].partition(";")[0]
            form = f"csrfmiddlewaretoken={cookie.partition('=')[2]}"
            kind = "application/x-www-form-urlencoded"
            line.request("POST", path, form, {"Cookie": cookie, "Content-Type": kind})
            return line.getresponse().status
        except OSError:
            return 0
        finally:
            line.close()

    def report_all(
        self, desks: Iterable[Desk], *, threads: int = 8, severity: str = "critical"
    ) -> list[Answer]:
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(lambda desk: self.report(desk, severity=severity), desks))

    def _event(self, desk: Desk, event: dict) -> Answer:
        sent, status = time.time(), 0
        line = http.client.HTTPConnection(
            "127.0.0.1", self.ground.web_port, timeout=ANSWERED_WITHIN * self.slack
        )
        try:
            body = json.dumps(event | {"routing_key": desk.routing_key})
            line.request("POST", "/v2/enqueue", body, {"Content-Type": "application/json"})
            answer = line.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            pass  # nothing was promised
        finally:
            line.close()
        return Answer(event["dedup_key"], status, sent, time.time())


class Stream:
    """Reports that keep coming at a steady rate, in a thread of their own, until the context ends."""

    def __init__(self, stage: Stage, desks: list[Desk], *, every: float) -> None:
        self.stage, self.desks, self.every = stage, desks, every
        self.answers: list[Answer] = []
        self._stopping = threading.Event()

    def __enter__(self) -> "Stream":
        self._pool = ThreadPoolExecutor(16)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._pool.shutdown(wait=True)

    def _run(self) -> None:
        count = 0
        while not self._stopping.is_set():
            self._pool.submit(self._one, self.desks[count % len(self.desks)])
            count += 1
            self._stopping.wait(self.every)

    def _one(self, desk: Desk) -> None:
        self.answers.append(self.stage.report(desk))

    def accepted(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.status == 202]


def python(*arguments: str) -> list[str]:
    return [str(PYTHON), *arguments]
