"""What every run stands on: a Postgres and a Valkey of the harness's own, and the stubs. Started before Django's
settings are read, which find them in the environment."""

import os
import secrets
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2

from devstack import environment, places, postgres, valkey
from devstack.children import Child, stop_all, wait_until
from devstack.ports import free_port
from tests import services

# What the demo's cluster has, and room for five workers: what is committed survives kill -9.
SETTINGS = postgres.DEMO | {"max_connections": "200"}


class Ground:
    def __init__(self) -> None:
        self.state = places.throwaway_directory()
        self.lock = places.hold(self.state / "owner.lock")
        places.private(self.state / "logs")
        packages = environment.site_packages()
        self.valkey = valkey.Valkey(
            self.state, valkey.find_binary(packages), free_port(), secrets.token_urlsafe(16)
        )
        self.cluster = postgres.Cluster(
            self.state, postgres.find_binaries(self.state, packages), SETTINGS, creates_databases=True
        )

    def start(self) -> None:
        """Sets the environment that Django's settings read."""
        from faults.mail import MailStub
        from tests.stubs.twilio import TwilioStub
        from tests.stubs.webhook import WebhookStub

        self.valkey.start()
        self.valkey.wait()
        self.mail, self.twilio, self.webhook = MailStub(), TwilioStub(), WebhookStub()
        self.mail.start()
        self.twilio.__enter__()
        self.webhook.__enter__()
        self.web_port = free_port()
        os.environ.update(services.surroundings(self.state, self.cluster, self.valkey.url))
        os.environ |= {
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail.port}",
            "OUTBOUND": f"{self.twilio.setting()},allow://{self.webhook.host}",
            "BASE_URL": f"http://127.0.0.1:{self.web_port}",
            "C_FORCE_ROOT": "1",
            "PYTHONUNBUFFERED": "1",
        }
        services.start_migrated(self.cluster)

    def stop(self) -> None:
        stop_all([self.valkey.child, self.cluster.child], within=5)
        shutil.rmtree(self.state, ignore_errors=True)
        self.lock.close()

    def keep_logs(self, to: Path) -> None:
        shutil.copytree(self.state / "logs", to, dirs_exist_ok=True)

    # -- databases ---------------------------------------------------------------------------------
    def new_database(self, name: str) -> str:
        services.drop_database(name)
        services.clone_database(name)
        return services.database_url(name)

    def drop_database(self, name: str) -> None:
        services.drop_database(name)

    def owner(self, name: str):
        """A connection as the owner of the tables, who alone may move the clock."""
        return closing(psycopg2.connect(services.database_url(name, postgres.OWNER)))

    # -- breaking them -----------------------------------------------------------------------------
    def kill_postgres(self) -> None:
        self.cluster.child.kill()

    def stop_postgres(self) -> None:
        """Fast: connections are cut, what was committed is kept."""
        stop_all([self.cluster.child], within=10)

    def start_postgres(self) -> None:
        """Once those it left behind have noticed."""
        for _ in range(20):
            self.cluster.child.start()
            up = wait_until(lambda: self.cluster.is_ready or not self.cluster.child.is_running, within=20)
            if up and self.cluster.is_ready:
                return
        raise places.Refused(f"PostgreSQL did not come back:\n{self.cluster.child.last_words()}")

    def kill_valkey(self) -> None:
        """And everything it knew."""
        self.valkey.child.kill()
        for path in self.valkey.home.rglob("*"):
            if path.is_file() and path != self.valkey.settings:
                path.unlink()

    def start_valkey(self) -> None:
        self.valkey.start()
        self.valkey.wait()

    def child(self, name: str, command: list[str], env: dict[str, str]) -> Child:
        return Child(name, command, os.environ | env, self.state / "logs" / f"{name}.log")


def install_faketime() -> Path | None:
    """The library that lies to one process about the time; from apt where we may, None where it is not to be had."""
    found = _faketime()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "faketime"]):
            subprocess.run(["apt-get", *command], env=env, stdout=sys.stderr, check=False)
        found = _faketime()
    return found


def _faketime() -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
