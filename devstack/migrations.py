"""Runs `migrate` where the embedded database lacks something, which a fingerprint tells in no time."""

import hashlib
import subprocess
import sys
from pathlib import Path

from devstack.places import ROOT, Refused
from devstack.postgres import DATABASE_SQL
from devstack.services import Services, as_owner, uncollected

COMMAND = uncollected("migrate", "--noinput", "--verbosity", "0")
APPS = ("accounts", "oncall", "incidents", "escalations", "postmortems")


def migrate(services: Services, env: dict[str, str]) -> None:
    """Always for a server of the caller's, about which we remember nothing."""
    if services.cluster and _marker(services.state).exists() and _remembered(services.state) == fingerprint():
        return
    forget(services.state)
    if subprocess.run(COMMAND, cwd=ROOT, env=as_owner(env), stdout=sys.stderr).returncode:
        raise Refused("migrate failed; its words are above.")
    if services.cluster:
        _marker(services.state).write_text(fingerprint())


def forget(state: Path) -> None:
    """Before anyone migrates by hand, perhaps backwards."""
    _marker(state).unlink(missing_ok=True)


def fingerprint() -> str:
    """Of our migrations, what the superuser prepares and, through the lock, everybody else's migrations."""
    paths = [ROOT / "requirements/runtime.txt", DATABASE_SQL]
    paths += sorted(path for app in APPS for path in (ROOT / app / "migrations").glob("*.py"))
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _marker(state: Path) -> Path:
    return state / "migrated.ready"


def _remembered(state: Path) -> str:
    return _marker(state).read_text() if _marker(state).exists() else ""
