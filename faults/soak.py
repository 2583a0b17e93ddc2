"""`./run faults --soak MINUTES [--seed N]`: real processes under a random mixture of reports, answers, kills, freezes
and failing providers. When the time is up everything is healed, what is due is left to happen, and the invariants are
asked of the rows and of what the stubs were sent. The seed says what is done in which order; how the machine meets it
is its own affair."""

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import UUID

import psycopg2
from django.db import Error, connections
from django.urls import reverse

from accounts import clock, links
from accounts.models import Delivery
from escalations.models import Page
from faults import invariants
from faults.cast import Desk
from faults.ground import Ground
from faults.stage import Answer, Stage
from incidents.models import Incident, Report

WORKERS = ("worker-a", "worker-b")
CHANNELS = 3
# Until everything has come to rest after the last fault: real seconds.
REST_WITHIN = 180
# On the way there the clock leaps so far at least: half of a step's patience.
STRIDE = 150
# What is done, and how often in a hundred turns.
TURNS = {
    "report": 38, "report again": 8, "answer by link": 12, "answer by event": 4, "time passes": 8,
    "a provider fails": 14, "kill a worker": 4, "freeze a worker": 4, "kill the watchdog": 2, "kill the scheduler": 2,
    "kill Redis": 2, "restart Postgres": 2,
}  # fmt: skip
PROCESSES = {turn for turn in TURNS if turn.startswith(("kill", "freeze", "restart"))}
FAULTS = ("refuse", "hang", "late")


class Soak:
    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.random = stage, random.Random(seed)
        self.done: Counter[str] = Counter()
        self.answers: list[tuple[Desk, Answer]] = []
        self.healing: list[tuple[float, str, Callable[[], object]]] = []
        self.thawed: list[tuple[float, float]] = []
        self.took_late = self.may_double = 0
        self.wrong: list[str] = []
        self.standing: invariants.Standing = {}
        self.people = stage.cast.people(4, "webhook:0", "sms:20", "email:60")
        self.people += stage.cast.people(3, "sms", "email") + stage.cast.people(3, "email:0")
        self.desks = [
            stage.cast.desk(*self.random.sample(self.people, 3), wait=300, last=300) for _ in range(6)
        ]

    def play(self, seconds: float) -> None:
        self.stage.start("web", *WORKERS, "watchdog", "scheduler")
        ends, turns = time.monotonic() + seconds, list(TURNS)
        with ThreadPoolExecutor(8) as self.pool:
            while time.monotonic() < ends:
                turn = self.random.choices(turns, weights=list(TURNS.values()))[0]
                index = self.random.randrange(1 << 20)
                with suppress(Error, psycopg2.Error):  # the database is away just now: nothing was done
                    self._do(turn, index)
                self._heal(time.monotonic())
                time.sleep(self.random.uniform(0.05, 0.4))
        self._heal(float("inf"))
        self._rest()

    # -- what is done --------------------------------------------------------------------------------
    def _do(self, turn: str, index: int) -> None:
        if turn == "report":
            self.pool.submit(self._report, self.desks[index % len(self.desks)], index)
        elif turn == "report again" and self.answers:
            desk, answer = self.answers[index % len(self.answers)]
            self.pool.submit(self._report, desk, index, answer.key)
        elif turn == "answer by link":
            self._answer_by_link(index)
        elif turn == "answer by event" and self.answers:
            desk, answer = self.answers[index % len(self.answers)]
            self.pool.submit(self.stage.acknowledge, desk, answer.key)
        elif turn == "time passes":
            self.stage.pass_time((5, 31, 61, 301)[index % 4])
            self.may_double += CHANNELS * len(WORKERS)  # for whoever has something in hand it is a freeze
        elif turn == "a provider fails":
            self._provider_fails(index)
        elif turn in PROCESSES and not self._process_fails(turn, index):
            return
        self.done[turn] += 1

    def _report(self, desk: Desk, index: int, key: str = "") -> None:
        severity = ("critical", "error", "warning", "info")[index // 8 % 4]
        self.answers.append((desk, self.stage.report(desk, key=key, severity=severity)))

    def _answer_by_link(self, index: int) -> None:
        waiting = list(Page.objects.waiting().order_by("created_at").values_list("message", flat=True))
        if waiting:
            path = reverse("page_link", args=[links.token_for(waiting[index % len(waiting)])])
            self.pool.submit(self.stage.post_link, path)

    def _provider_fails(self, index: int) -> None:
        stub = (self.stage.mail, self.stage.twilio, self.stage.webhook)[index % 3]
        how, times = FAULTS[index // 3 % 3], 1 + index // 9 % 4
        stub.behave(how, seconds=12, times=times)
        self.took_late += times * (how == "late")
        self.done[f"{how} × {times}"] += 1

    def _process_fails(self, turn: str, index: int) -> bool:
        """One thing at a time for each process, so that nothing is thawed that was killed meanwhile."""
        worker, stage, seconds = WORKERS[index % 2], self.stage, 1 + index % 7
        named = {"kill the watchdog": "watchdog", "kill the scheduler": "scheduler"}
        named |= {"kill Redis": "Redis", "restart Postgres": "Postgres"}
        name = named.get(turn, worker)
        if name in {hurt for _when, hurt, _heal in self.healing}:
            return False
        heal: Callable[[], object] = lambda: stage.launch(name, stage.command(name))  # noqa: E731
        if turn == "freeze a worker":
            frozen, seconds = time.time(), seconds + 15
            stage.freeze(worker)
            heal = lambda: (stage.thaw(worker), self.thawed.append((frozen, time.time())))  # noqa: E731
        elif name == "Redis":
            stage.ground.kill_valkey()
            heal = stage.ground.start_valkey
        elif name == "Postgres":
            (stage.ground.kill_postgres if index % 2 else stage.ground.stop_postgres)()
            connections.close_all()
            heal = stage.ground.start_postgres
        else:
            stage.kill(name)
        self.may_double += CHANNELS * (len(WORKERS) + 1 if name == "Postgres" else name != "Redis")
        self.healing.append((time.monotonic() + seconds, name, heal))
        return True

    def _heal(self, now: float) -> None:
        for one in [one for one in self.healing if one[0] <= now]:
            self.healing.remove(one)
            one[2]()
            connections.close_all()

    # -- at the end ----------------------------------------------------------------------------------
    def _rest(self) -> None:
        """Everything is healthy. Time is passed to whatever is due next, until nothing is."""
        for stub in (self.stage.mail, self.stage.twilio, self.stage.webhook):
            stub.behave("well")
        until = time.monotonic() + REST_WITHIN
        while (moment := invariants.next_moment()) is not None:
            if time.monotonic() > until:
                self.wrong.append(f"it did not come to rest within {REST_WITHIN} s")
                return
            ahead = (moment - clock.now()).total_seconds()
            if ahead > 3 and not Delivery.objects.filter(state="sending").exists():
                self.stage.pass_time(max(ahead, STRIDE))
            self._look()
            time.sleep(0.3)

    def _look(self) -> None:
        rows = invariants.Rows()
        standing = rows.standing()
        self.wrong += invariants.gone_back(self.standing, standing)
        self.standing = standing

    def judge(self) -> list[str]:
        """Everything that is not as promised."""
        stage, calls = self.stage, self.stage.ledger.taken()
        accepted = self.accepted()
        kept = dict(Report.objects.values_list("dedup_key", "incident"))
        self.wrong += [f"{key} was accepted and is not there" for key in accepted if key not in kept]
        self.wrong += invariants.unkept(at=clock.now())
        for call in calls:
            told = invariants.Handed(stage.moment(call.at), UUID(call.key), call.channel, call.to)
            self.wrong += invariants.astray([told], thawed=self._was_frozen(call.at))
        self.wrong += [f"{key} was accepted, and nobody was told" for key in self.lost()]
        labelled, other = stage.ledger.labelled(), stage.ledger.unlabelled()
        if labelled > self.may_double + self.took_late:
            self.wrong.append(f"{labelled} duplicates of {self.may_double} that faults explain")
        if other > self.took_late:
            self.wrong.append(
                f"{other} duplicates under another key, {self.took_late} calls answered too late"
            )
        return self.wrong

    def _was_frozen(self, at: float) -> bool:
        return any(frozen <= at <= thawed + 2 for frozen, thawed in self.thawed)

    def accepted(self) -> set[str]:
        return {answer.key for _desk, answer in self.answers if answer.status == 202}

    def lost(self) -> set[str]:
        """Accepted, no provider told, and not because somebody had answered before."""
        keys = self.accepted()
        silent = keys - self.stage.ledger.first_of(list(keys)).keys()
        unanswered = Incident.objects.filter(acknowledged_at=None).values("pk")
        found = Report.objects.filter(dedup_key__in=silent, incident__in=unanswered)
        return set(found.values_list("dedup_key", flat=True))

    def seconds(self) -> list[float]:
        """From the first answer to each key until its first page was with a provider: real seconds, faults and all. An
        incident whose first people had been told keeps that time, whoever reports it again."""
        since: dict[str, float] = {}
        for _desk, answer in self.answers:
            if answer.status == 202:
                since[answer.key] = min(answer.answered, since.get(answer.key, answer.answered))
        firsts = self.stage.ledger.first_of(list(since))
        return sorted(max(0.0, at - since[key]) for key, at in firsts.items())


def play(ground: Ground, *, minutes: float, seed: int) -> int:
    """The exit code: 1 if anything was not as promised."""
    print(f"soak of {minutes:g} min, seed {seed}", flush=True)
    began = time.time()
    with Stage(ground, "fault_soak") as stage:
        soak = Soak(stage, seed)
        soak.play(minutes * 60)
        wrong, seconds = soak.judge(), soak.seconds()
        ledger = stage.ledger
        print("did: " + ", ".join(f"{what} {count}" for what, count in soak.done.most_common()))
        p50, p99 = (seconds[int(len(seconds) * part)] if seconds else 0.0 for part in (0.5, 0.99))
        print(
            f"accepted {len(soak.accepted())}  pages {Page.objects.count()}  calls {len(ledger.calls())}  "
            f"lost {len(soak.lost())}  duplicated {ledger.labelled()} under one key, {ledger.unlabelled()} under two  "
            f"first page p50 {p50:.2f} s, p99 {p99:.2f} s  "
            f"real {time.time() - began:.0f} s, simulated {stage.simulated:.0f} s"
        )
    print(*(f"  NOT SO: {sentence}" for sentence in wrong), sep="\n", end="\n" if wrong else "")
    print("red" if wrong else "green", flush=True)
    return 1 if wrong else 0
