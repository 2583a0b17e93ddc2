"""`./run demo`: the whole console on one machine, from services to seeded people."""

import argparse
import os
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from devstack import environment, migrations
from devstack.children import Child, stop_all
from devstack.health import READY_WITHIN, is_healthy
from devstack.introduction import introduce
from devstack.places import (
    Refused,
    demo_secrets,
    hold,
    read_json,
    say,
    state_directory,
    write_json,
)
from devstack.ports import free_port, next_free
from devstack.processes import SCHEDULE, processes
from devstack.services import Services, django_environment, uncollected
from devstack.supervisor import Supervisor, listen_for_stop, stop_listening

# The others first ask the database when they are first asked themselves.
NEED_THE_SCHEMA = ("worker", "watchdog")
MADE_BY_A_DEMO = ("pg", "valkey", "mail", "logs", "logs.previous")


@dataclass
class Demo:
    """One running console in `state`; the benchmarks run one of their own."""

    state: Path
    port: int
    supervisor: Supervisor = field(default_factory=Supervisor)
    roles: list[Child] = field(default_factory=list)

    def __post_init__(self):
        self.secrets = demo_secrets(self.state)
        self.ports = read_json(self.state / "ports.json") or {}
        self.services = Services(self.state, self.secrets, ports=self.ports)
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when /healthz is content."""
        self._put_logs_aside()
        self.services.start()
        self.supervisor.adopt(*self.services.children)
        self.ports["stream"] = free_port(self.ports.get("stream", 0))
        write_json(self.state / "ports.json", self.ports)
        self.env = self._environment()
        write_json(self.state / "run.json", self.record(ready=False))
        roles = {name: self._child(name, command) for name, command in self._processes().items()}
        self.roles = list(roles.values())
        worker, watchdog = (roles.pop(name) for name in NEED_THE_SCHEMA)
        self.supervisor.launch(*roles.values())  # they import on one core while the other migrates
        migrations.migrate(self.services, self.env)
        seed = self._child("seed_demo", uncollected("seed_demo"))
        seed.start()  # one transaction: nobody sees half a company
        self.supervisor.launch(worker)
        self.supervisor.tend_until(lambda: not seed.is_running and is_healthy(self.port), within=READY_WITHIN)
        self.supervisor.launch(watchdog)  # the last: it steps in where the others have not
        if seed.wait():
            raise Refused(f"seed_demo failed:\n{seed.last_words()}")
        write_json(self.state / "run.json", self.record(ready=True))

    def stop(self) -> None:
        """Within five seconds: first those that use the services, then the services."""
        stop_all(self.roles, within=2.5)
        self.services.stop(within=2)
        (self.state / "run.json").unlink(missing_ok=True)

    def record(self, *, ready: bool) -> dict:
        """What a second ./run and the settings read from run.json."""
        mail = self.services.mail
        return {
            "pid": os.getpid(),
            "kind": "demo",
            "ready": ready,
            "url": self.url,
            "stream_url": self.env["STREAM_URL"],
            "mail": {"url": mail.url, "messages_url": mail.messages_url} if mail else None,
            "env": {name: self.env[name] for name in (*self.services.urls, "BASE_URL", "STREAM_URL")},
        }

    def _put_logs_aside(self) -> None:
        """One run's worth stays beside the current one; they never grow for ever."""
        logs, previous = self.state / "logs", self.state / "logs.previous"
        if logs.exists():
            shutil.rmtree(previous, ignore_errors=True)
            logs.rename(previous)

    def _environment(self) -> dict[str, str]:
        stream = f"http://127.0.0.1:{self.ports['stream']}/stream/"
        addresses = {"BASE_URL": self.url, "STREAM_URL": stream}
        return django_environment(self.state, self.secrets, self.services.urls | addresses)

    def _child(self, name: str, command: list[str]) -> Child:
        return Child(name, command, self.env, self.state / "logs" / f"{name}.log")

    def _processes(self) -> dict[str, list[str]]:
        for stale in self.state.glob(f"{SCHEDULE}*"):  # another Python's dbm format would stop beat for good
            stale.unlink()
        return processes(self.state, self.port, self.ports["stream"])


def demo(arguments: list[str]) -> int:
    options = _parsed(arguments)
    listen_for_stop()
    environment.install(environment.DEMO)
    state = state_directory()
    if (lock := hold(state / "owner.lock", wait=False)) is None:
        if options.reset:
            raise Refused("a demo of this checkout is running; stop it (Ctrl-C there) before --reset.")
        if (lock := _wait_or_join(state)) is None:
            return 0
    with lock:
        (state / "run.json").unlink(missing_ok=True)
        if options.reset:
            reset(state)
        return _run(state, options.port)


def reset(state: Path) -> None:
    """The person's servers are not ours to empty, nor is the lock that proves we may do this."""
    if "DATABASE_URL" in os.environ:
        raise Refused("--reset empties the embedded database only, and DATABASE_URL names another.")
    for name in MADE_BY_A_DEMO:
        shutil.rmtree(state / name, ignore_errors=True)
    for pattern in ("*.json", "*.ready"):
        for path in state.glob(pattern):
            path.unlink()
    say("starting over")


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run demo", description=__doc__)
    parser.add_argument("--reset", action="store_true", help="forget the data and start over")
    parser.add_argument("--port", type=int, default=8000, help="where to look for a free port first")
    return parser.parse_args(arguments)


def running(state: Path) -> dict | None:
    """The record of whoever holds the lock, once ready; one left behind by kill -9 does not count."""
    record = read_json(state / "run.json")
    if not record or not record["ready"]:
        return None
    try:
        os.kill(record["pid"], 0)
    except ProcessLookupError:
        return None
    return record


def _wait_or_join(state: Path):
    """The lock, or None after printing the running demo's address."""
    said = False
    while (lock := hold(state / "owner.lock", wait=False)) is None:
        record = running(state)
        if record and record["kind"] == "demo":
            print(record["url"], flush=True)
            return None
        if not said:
            say("another ./run is at work on this checkout's demo; waiting for it")
            said = True
        time.sleep(0.2)
    return lock


def _run(state: Path, port: int) -> int:
    console = Demo(state, next_free(port))
    try:
        console.start()
        introduce(console.url, console.env, meanwhile=console.supervisor.tend)
        console.supervisor.tend_forever()
    except KeyboardInterrupt:
        say("stopping")
    finally:
        stop_listening()
        console.stop()
    return 0
