"""One warm Python that forks the console's processes: what they import is loaded once
and shared, which halves the demo's memory and start. Run inside .venv; else like its siblings.

python -m devstack.nursery STATE PORT STREAM_PORT
"""

import ctypes
import gc
import importlib
import os
import runpy
import signal
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from devstack.children import Child, dying_with_parent, stop_all
from devstack.health import READY_WITHIN
from devstack.places import ROOT, Refused, say
from devstack.processes import SCHEDULE, processes
from devstack.services import manage_command
from devstack.supervisor import Supervisor, listen_for_stop, stop_listening

WARM = (
    "celery.beat",
    "celery.bin.celery",
    "celery.concurrency.thread",
    "celery.worker",
    "config.asgi",
    "config.wsgi",
    "django.core.management.commands",
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.gthread",
    "kombu.transport.redis",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.main",
    "uvicorn.protocols.http.auto",
)
# Files of the state directory by which we and the demo wait for each other.
SCHEMA_READY, SEEDED = "schema.ready", "seeded.ready"
ROOM_FOR_A_TITLE = "." * 240  # handed to us as an argument, overwritten by `entitle`


@dataclass
class ForkedProcess:
    pid: int
    returncode: int | None = None

    def poll(self) -> int | None:
        return self._collect(os.WNOHANG)

    def wait(self) -> int:
        return self._collect(0) or 0

    def send_signal(self, sig: int, /) -> None:
        os.kill(self.pid, sig)

    def _collect(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


class Fork(Child):
    """Runs `python -m module …` or `python file …` without starting a Python for it."""

    def start(self) -> None:
        prepare = dying_with_parent(self.death_signal)
        self.is_buried = False
        if pid := os.fork():
            self.process = ForkedProcess(pid)
            return
        try:
            prepare()
            self._settle()
            self._live()
        finally:
            os._exit(1)  # never back into the nursery's own code

    def _settle(self) -> None:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        log = os.open(self.log or os.devnull, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        entitle(" ".join(self.command))

    def _live(self) -> None:
        words, status = self.command[1:], 1
        is_module = words[0] == "-m"
        sys.argv = words[1:] if is_module else words
        try:
            if is_module:
                runpy.run_module(words[1], run_name="__main__", alter_sys=True)
            else:
                runpy.run_path(words[0], run_name="__main__")
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(bool(end.code))
        except BaseException:  # noqa: BLE001 - the last frame of this process: say why, then end
            traceback.print_exc()
        with suppress(ValueError, OSError):  # the module may have closed them
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def entitle(title: str) -> None:
    """Shows `title` in ps: the kernel reads it where our arguments lie (proc(5), arg_start)."""
    if sys.platform != "linux":
        return
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    start, end = int(fields[45]), int(fields[46])
    if start and len(title) < end - start:
        ctypes.memset(start, 0, end - start)
        ctypes.memmove(start, title.encode(), len(title.encode()))


def warm_up() -> None:
    import django
    from django.db import connections
    from django.urls import get_resolver

    django.setup()
    for name in WARM:
        importlib.import_module(name)
    _ = get_resolver().reverse_dict  # imports every view
    connections.close_all()  # a connection must not be shared by two processes
    gc.collect()
    gc.freeze()  # or the first collection in each child would copy every page


def raise_console(state: Path, port: int, stream_port: int) -> None:
    kind = Fork if sys.platform == "linux" else Child
    env, logs = dict(os.environ), state / "logs"
    seed = kind("seed_demo", manage_command("seed_demo"), env, logs / "seed_demo.log")
    commands = processes(state, port, stream_port)
    roles = [kind(name, command, env, logs / f"{name}.log") for name, command in commands.items()]
    supervisor = Supervisor()
    for stale in state.glob(f"{SCHEDULE}*"):  # another Python's dbm format would stop beat for good
        stale.unlink()
    try:
        while not (state / SCHEMA_READY).exists():
            time.sleep(0.05)
        seed.start()  # in one transaction: the others, starting meanwhile, see nothing half-made
        supervisor.launch(*roles)
        supervisor.tend_until(lambda: not seed.is_running, within=READY_WITHIN)
        status = seed.wait()
        seed.kill()
        if status:
            raise Refused(f"seed_demo failed:\n{seed.last_words()}")
        (state / SEEDED).touch()
        supervisor.tend_forever()
    except KeyboardInterrupt:
        pass
    finally:
        stop_listening()
        seed.kill()
        stop_all(roles, within=2)


def main(state: str, port: str, stream_port: str, *_: str) -> int:
    listen_for_stop()
    os.chdir(ROOT)
    entitle("watchfloor console")
    try:
        warm_up()
        raise_console(Path(state), int(port), int(stream_port))
    except Refused as refusal:
        say(str(refusal))
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
