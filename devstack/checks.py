"""`./run check`: everything a machine can judge without running the tests."""

import os
import secrets
import subprocess
import sys

from devstack import environment
from devstack.manage import NOWHERE
from devstack.places import ROOT, say
from devstack.services import manage_command

# What production needs set, as made-up values: `check --deploy` judges the settings, not the secrets.
PRODUCTION = {
    "WATCHFLOOR_ENV": "production",
    "BASE_URL": "https://watchfloor.example",
    "STREAM_URL": "https://watchfloor.example/stream/",
    "ALLOWED_HOSTS": "watchfloor.example",
}
LOCK_WORDS = ("://", "--index", "--extra-index", "--find-links", "-i ", "-f ")


def check(arguments: list[str]) -> int:
    """All of them, even after one fails: one round of fixing instead of eight."""
    environment.install(environment.CHECK)
    failed = [name for name, command in commands().items() if not _passes(name, command)]
    if problems := addresses_in_locks():
        failed.append("locks")
        print("\n".join(problems))
    say(f"check failed: {', '.join(failed)}" if failed else "check passed")
    return bool(failed)


def commands() -> dict[str, list[str]]:
    python, scripts = str(environment.PYTHON), environment.VENV / "bin"
    return {
        "lint": [python, "-m", "ruff", "check", "."],
        "format": [python, "-m", "ruff", "format", "--check", "."],
        "types": [python, "-m", "mypy"],
        "imports": [python, str(scripts / "lint-imports")],
        "frontend": [python, "-m", "devstack.frontend"],
        "settings": manage_command("check", "--deploy", "--fail-level", "WARNING"),
        "migrations": [sys.executable, "run", "manage", "makemigrations", "--check", "--dry-run"],
    }


def addresses_in_locks() -> list[str]:
    """A lock names no host: everybody installs from the index they trust."""
    return [
        f"{path.name}:{number}: {line}"
        for path in sorted((ROOT / "requirements").glob("*.txt"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if any(word in line if word == "://" else line.strip().startswith(word) for word in LOCK_WORDS)
    ]


def _passes(name: str, command: list[str]) -> bool:
    say(f"checking {name}")
    env = dict(os.environ)
    if name in ("settings", "frontend", "types"):  # they load the settings, and reach nothing
        env |= NOWHERE | PRODUCTION | {"SECRET_KEY": secrets.token_urlsafe(64)}
    return subprocess.run(command, cwd=ROOT, env=env).returncode == 0
