"""Forks are made in a Python of their own: pytest's has threads, which no fork should inherit."""

import subprocess
import sys

from devstack.places import ROOT

MAKE = """
import os, sys
from pathlib import Path
from devstack.nursery import Fork
fork = Fork("child", [sys.executable, *sys.argv[2:]], dict(os.environ), Path(sys.argv[1]))
fork.start()
print(fork.wait())
"""


def forked(log, *words: str) -> tuple[str, str]:
    """The status a fork ended with, and its words."""
    command = [sys.executable, "-c", MAKE, str(log), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert done.stderr == ""
    return done.stdout.strip(), log.read_text()


def test_a_fork_runs_a_module_with_its_arguments(tmp_path):
    (tmp_path / "a.json").write_text('{"kept": 1}')
    assert forked(tmp_path / "log", "-m", "json.tool", "--compact", str(tmp_path / "a.json")) == (
        "0",
        '{"kept":1}\n',
    )


def test_a_fork_runs_a_file_and_keeps_its_exit_status(tmp_path):
    (tmp_path / "seven.py").write_text("import sys; print(sys.argv[1]); sys.exit(7)")
    assert forked(tmp_path / "log", str(tmp_path / "seven.py"), "word") == ("7", "word\n")


def test_a_fork_that_breaks_says_why_and_fails(tmp_path):
    (tmp_path / "broken.py").write_text("raise LookupError('no such thing')")
    status, words = forked(tmp_path / "log", str(tmp_path / "broken.py"))
    assert status == "1"
    assert "LookupError: no such thing" in words
