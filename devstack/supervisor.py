"""Keeps children alive: restarts what dies, with growing patience, and stops all in order."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from devstack.children import Child
from devstack.places import Refused, say

PATIENCE = (0.5, 1, 2, 4, 8, 15)  # seconds before a restart, by how often it died lately
STEADY_AFTER = 30  # seconds of life after which earlier deaths are forgotten
GIVE_UP_AFTER = 3  # deaths of one child while the demo is still starting
TICK = 0.1


@dataclass
class Watched:
    child: Child
    deaths: int = 0
    started_at: float = field(default_factory=time.monotonic)
    due_at: float | None = None

    def tend(self) -> None:
        now = time.monotonic()
        if self.due_at is not None:
            if now >= self.due_at:
                self._restart(now)
        elif not self.child.is_running:
            self._mourn(now)
        elif now - self.started_at > STEADY_AFTER:
            self.deaths = 0

    def _mourn(self, now: float) -> None:
        self.child.kill()  # what is left of its session
        wait = PATIENCE[min(self.deaths, len(PATIENCE) - 1)]
        self.deaths += 1
        self.due_at = now + wait
        code = self.child.wait()
        seen_in = f" (see {self.child.log})" if self.child.log else ""
        say(f"{self.child.name} ended ({code}); starting it again in {wait} s{seen_in}")

    def _restart(self, now: float) -> None:
        self.child.start()
        self.started_at, self.due_at = now, None


class Supervisor:
    def __init__(self) -> None:
        self.watched: list[Watched] = []

    def adopt(self, *children: Child) -> None:
        """Children that run already."""
        self.watched += [Watched(child) for child in children]

    def launch(self, *children: Child) -> None:
        for child in children:
            child.start()
            self.adopt(child)

    def tend(self) -> None:
        for watched in self.watched:
            watched.tend()

    def tend_forever(self) -> None:
        while True:
            self.tend()
            time.sleep(TICK)

    def tend_until(self, ready: Callable[[], bool], *, within: float) -> None:
        end = time.monotonic() + within
        while not ready():
            self.tend()
            for watched in self.watched:
                if watched.deaths >= GIVE_UP_AFTER:
                    raise Refused(f"{watched.child.name} keeps ending:\n{watched.child.last_words()}")
            if time.monotonic() > end:
                raise Refused(
                    f"not ready after {within:.0f} s; the logs are beside {self.watched[0].child.log}"
                )
            time.sleep(TICK)


def listen_for_stop() -> None:
    """Ctrl-C, a polite kill and a closed terminal all end in one KeyboardInterrupt.

    Set even where SIGINT was ignored before us, as a shell does for `./run demo &`.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def stop_listening() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
