"""The checkout's own virtual environment, filled from the hashed locks and stamped,
so that the second time costs a file comparison.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from devstack.places import ROOT, Refused, hold, read_json, say, state_directory, write_json

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "watchfloor-locks.json"
DEMO = ("runtime", "services")
TEST = (*DEMO, "test", "browser")
CHECK = (*TEST, "dev")
# Settings a person may keep for their own pip, wrong for a virtual environment.
MISPLACED = {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "PIP_QUIET"}
FAILED = "the dependencies could not be installed; pip says why above (is a package index reachable?)"


def install(groups: tuple[str, ...] = DEMO) -> None:
    """Adds what `groups` lock and the environment lacks; safe to call from two terminals."""
    if not _missing(groups):
        return
    with hold(state_directory() / "install.lock"):
        if missing := _missing(groups):
            _require_pip()
            _make_venv()
            _run_pip(missing)
            known = (read_json(STAMP) or {}) | {group: _digest(group) for group in missing}
            write_json(STAMP, known)


def site_packages() -> Path:
    return next(iter(sorted(VENV.glob("lib/python3*/site-packages"))), VENV)


def _missing(groups: tuple[str, ...]) -> list[str]:
    stamped = (read_json(STAMP) or {}) if os.access(PYTHON, os.X_OK) else {}
    return [group for group in groups if stamped.get(group) != _digest(group)]


def _lock(group: str) -> Path:
    return ROOT / "requirements" / f"{group}.txt"


def _digest(group: str) -> str:
    return hashlib.sha256(_lock(group).read_bytes()).hexdigest()


def _make_venv() -> None:
    """Without pip: a bare Debian has no ensurepip, and the system's pip can install from outside."""
    if os.access(PYTHON, os.X_OK):
        return
    say("creating .venv")
    try:
        shutil.rmtree(VENV, ignore_errors=True)  # its Python is gone, say after an upgrade
        venv.create(VENV, symlinks=True, with_pip=False)
    except OSError as error:
        raise Refused(f".venv cannot be written here ({error}); use a checkout of your own.") from error


def _require_pip() -> None:
    shown = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, text=True)
    version = tuple(int(part) for part in shown.stdout.split()[1].split(".")[:2]) if shown.stdout else ()
    if version < (22, 3):
        found = shown.stdout.strip() or "none"
        raise Refused(f"pip 22.3 or newer is needed for {sys.executable}; found: {found}.")


def _run_pip(groups: list[str]) -> None:
    say(f"installing {', '.join(groups)} (once for each change of their locks)")
    locks = [part for group in groups for part in ("-r", str(_lock(group)))]
    command = [sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "--quiet"]
    # http-ece is plain Python that nobody made a wheel of; building it takes no compiler.
    command += ["--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
    command += ["--no-binary", "http-ece", *locks]
    env = {name: value for name, value in os.environ.items() if name not in MISPLACED}
    if subprocess.run(command, stdout=sys.stderr, env=env).returncode:
        raise Refused(FAILED)
