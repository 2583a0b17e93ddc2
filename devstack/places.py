"""Where a checkout keeps its demo: one directory of ours below /var/tmp.

Not inside the checkout, which Postgres' own user may be unable to enter and whose
path may be too long for a socket.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import string
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASE = Path("/var/tmp")


class Refused(Exception):  # noqa: N818  it reads as a fact
    """A sentence for the person at the keyboard; ./run prints it and exits 1."""


def say(sentence: str) -> None:
    print(f"watchfloor: {sentence}", file=sys.stderr, flush=True)


def state_directory(root: Path = ROOT) -> Path:
    key = hashlib.sha256(str(root).encode()).hexdigest()[:12]
    return own_directory(BASE / f"watchfloor-{os.geteuid()}-{key}")


def own_directory(path: Path) -> Path:
    """Made or found; anyone may plant a name in /var/tmp, so a found one is judged."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        _refuse_foreign(path)
    # Postgres' user must pass through when we are root; nobody may list it.
    path.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return path


def _refuse_foreign(path: Path) -> None:
    found = path.lstat()
    if path.is_symlink() or not path.is_dir():
        raise Refused(f"{path} is not a directory of ours; please move it away.")
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise Refused(f"{path} belongs to someone else; please have it removed.")


def private(path: Path) -> Path:
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def throwaway_directory() -> Path:
    """For the tests: its own state, held by a lock so that a dead run's can be told."""
    sweep_throwaways()
    prefix = f"watchfloor-{os.geteuid()}-test-"
    return own_directory(Path(tempfile.mkdtemp(prefix=prefix, dir=BASE)))


def sweep_throwaways() -> None:
    """Removes what test runs left behind that were killed before they could."""
    for path in BASE.glob(f"watchfloor-{os.geteuid()}-test-*"):
        lock = path / "owner.lock"
        if lock.exists() and (held := hold(lock, wait=False)):
            held.close()
            shutil.rmtree(path, ignore_errors=True)


def hold(path: Path, *, shared: bool = False, wait: bool = True):
    """An open file whose flock proves a living holder, or None where not to be had.

    The kernel lets go when the last copy of the file closes, so kill -9 needs no care.
    """
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+")
    mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(file, mode if wait else mode | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def write_json(path: Path, value) -> None:
    """Readers see the old or the new, never half; and nobody else sees either."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(value, file, indent=2)
    draft.replace(path)


def read_json(path: Path) -> dict | None:
    try:
        return json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return None


def demo_secrets(state: Path) -> dict[str, str]:
    """Made once; the database only ever keeps their hashes."""
    path = state / "secrets.json"
    with hold(state / "secrets.lock"):
        if (known := read_json(path)) is None:
            known = _make_secrets()
            write_json(path, known)
    return known


def _make_secrets() -> dict[str, str]:
    known = (ROOT / "devstack/words.txt").read_text().split()
    words = [secrets.choice(known) for _ in range(3)]
    alphabet = string.ascii_lowercase + string.digits
    return {
        "secret_key": secrets.token_urlsafe(48),
        "password": "-".join([*words, str(secrets.randbelow(900) + 100)]),
        "routing_key": "".join(secrets.choice(alphabet) for _ in range(32)),
        "api_token": f"wf_{secrets.token_urlsafe(32)}",
        "valkey_password": secrets.token_urlsafe(32),
    }
