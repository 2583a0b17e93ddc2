"""Processes that cannot outlive us: each in its own session, signalled by the kernel
when its parent dies, with a log file of its own.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from devstack.places import ROOT

PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec only the simplest calls are safe.
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Child:
    name: str
    command: list[str]
    env: dict[str, str]
    log: Path | None = None  # None: its words go to our own stderr
    user: str | None = None
    cwd: Path = ROOT
    stop_signal: int = signal.SIGTERM
    death_signal: int = signal.SIGKILL
    before_start: Callable[[], None] | None = None
    process: subprocess.Popen | None = field(default=None, repr=False)
    is_buried: bool = False

    def start(self) -> None:
        """Call it from the main thread: the kernel's «parent» is the thread that forked."""
        if self.before_start:
            self.before_start()
        self.is_buried = False
        with self.log.open("ab") if self.log else nullcontext(sys.stderr) as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.env,
                cwd=self.cwd,
                start_new_session=True,
                preexec_fn=dying_with_parent(self.death_signal),
                **switched_to(self.user),
            )

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process and self.is_running:
            self.process.send_signal(self.stop_signal)

    def stop(self, *, by: float) -> None:
        """Whoever is left at `by`, a moment of time.monotonic(), is killed."""
        while self.is_running and time.monotonic() < by:
            time.sleep(0.02)
        self.kill()

    def kill(self) -> None:
        """The whole session: a dead gunicorn master must not leave its worker.

        Once for each life: later the number may have become a stranger's.
        """
        if self.process is None or self.is_buried:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.is_buried = True

    def wait(self) -> int:
        """The exit status of one that was started."""
        assert self.process
        return self.process.wait()

    def last_words(self, lines: int = 15) -> str:
        if self.log is None:
            return "(its words are above)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def stop_all(children: list[Child], *, within: float) -> None:
    """All are asked at once; the last started is waited for first."""
    by = time.monotonic() + within
    for child in children:
        child.ask_to_stop()
    for child in reversed(children):
        child.stop(by=by)


def dying_with_parent(death_signal: int):
    return partial(_ask_kernel, os.getpid(), death_signal)


def _ask_kernel(parent: int, death_signal: int) -> None:
    # Python runs this after the user switch, which would have cleared it.
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:  # died between fork and prctl: no signal will come
        os._exit(1)


def switched_to(user: str | None) -> dict:
    """What subprocess needs to drop root for `user`, supplementary groups included."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def wait_until(true, *, within: float) -> bool:
    end = time.monotonic() + within
    while not (answer := true()) and time.monotonic() < end:
        time.sleep(0.02)
    return bool(answer)
