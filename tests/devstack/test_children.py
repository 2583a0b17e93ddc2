import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from devstack.children import Child, stop_all, wait_until
from devstack.places import ROOT, Refused
from devstack.supervisor import Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)",
]


def child(tmp_path, command=SLEEP) -> Child:
    return Child("sleeper", command, dict(os.environ), tmp_path / "log")


def is_gone(pid: int) -> bool:
    shown = subprocess.run(["ps", "-p", str(pid), "-o", "stat="], capture_output=True, text=True)
    return shown.stdout.strip() in ("", "Z", "Zs")


def test_a_child_dies_with_a_killed_parent(tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "log")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with parent:
        number = int(parent.stdout.readline())
        parent.kill()
    assert wait_until(lambda: is_gone(number), within=5)


PARENT = textwrap.dedent("""
    import os, sys, time
    from pathlib import Path
    from devstack.children import Child
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    child = Child("sleeper", sleep, dict(os.environ), Path(sys.argv[1]))
    child.start()
    print(child.process.pid, flush=True)
    time.sleep(60)
""")


def test_who_ignores_the_request_is_killed_in_time(tmp_path):
    stubborn = child(tmp_path, STUBBORN)
    stubborn.start()
    wait_until(lambda: stubborn.log.read_text(), within=5)
    began = time.monotonic()
    stop_all([stubborn], within=0.3)
    assert stubborn.process.returncode == -signal.SIGKILL
    assert time.monotonic() - began < 2


def test_what_dies_is_started_again(tmp_path, capsys):
    supervisor = Supervisor()
    sleeper = child(tmp_path)
    supervisor.launch(sleeper)
    first = sleeper.process
    first.kill()
    first.wait()
    supervisor.tend_until(lambda: sleeper.process is not first and sleeper.is_running, within=5)
    sleeper.kill()
    assert "sleeper ended (-9)" in capsys.readouterr().err


def test_a_child_that_never_lives_ends_the_start_with_its_last_words(tmp_path, capsys):
    supervisor = Supervisor()
    supervisor.launch(child(tmp_path, [sys.executable, "-c", "raise SystemExit('no such setting')"]))
    with pytest.raises(Refused, match="no such setting"):
        supervisor.tend_until(lambda: False, within=20)
