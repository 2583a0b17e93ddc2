"""An early pytest plugin: a throwaway PostgreSQL and Valkey before Django's settings load,
a migrated template database to clone, and an end of all that with the run.
"""

import os
import secrets
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest
from psycopg2 import sql

from devstack import environment, migrations, places, postgres, valkey
from devstack.children import stop_all
from devstack.ports import free_port

pytest_plugins = ["tests.chromium"]
TEMPLATE = "watchfloor_template"
MARK = "WATCHFLOOR_TEST_SERVICES"  # set for xdist's workers, or by a caller who brings servers


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(args: list[str]) -> Generator[None]:
    """A wrapper runs before pytest-django's own, which loads the settings."""
    if {"--help", "-h", "--version"} & set(args):
        return (yield)
    if MARK not in os.environ:
        here.start()
    elif worker := os.environ.get("PYTEST_XDIST_WORKER"):
        here.join(places.private(Path(os.environ[MARK]) / worker))
    return (yield)


def pytest_unconfigure() -> None:
    here.stop()


class TestServices:
    """The servers of one run, in a state directory of their own."""

    __test__ = False

    def __init__(self) -> None:
        self.state: Path | None = None
        self.children: list = []

    def start(self) -> None:
        state = self.state = places.throwaway_directory()
        self.lock = places.hold(state / "owner.lock")
        places.private(state / "logs")
        packages = environment.site_packages()
        cache = valkey.Valkey(state, valkey.find_binary(packages), free_port(), secrets.token_urlsafe(16))
        binaries = postgres.find_binaries(state, packages)
        cluster = postgres.Cluster(state, binaries, postgres.THROWAWAY, creates_databases=True)
        self.children = [cache.child, cluster.child]
        cache.start()
        cache.wait()
        os.environ.update(surroundings(state, cluster, cache.url))
        start_migrated(cluster)

    def join(self, state: Path) -> None:
        """A worker shares the cluster and has a Valkey of its own: channels know no databases, and one test's
        pokes are nothing another should hear."""
        places.private(state / "logs")
        binary = valkey.find_binary(environment.site_packages())
        cache = valkey.Valkey(state, binary, free_port(), secrets.token_urlsafe(16))
        self.children = [cache.child]
        cache.start()
        cache.wait()
        os.environ["REDIS_URL"] = cache.url

    def stop(self) -> None:
        stop_all(self.children, within=3)
        if self.state:
            shutil.rmtree(self.state, ignore_errors=True)
            self.lock.close()
        self.children, self.state = [], None


here = TestServices()


def surroundings(state: Path, cluster: postgres.Cluster, redis_url: str) -> dict[str, str]:
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]  # they would redirect psycopg2
    return {
        MARK: str(state),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "WATCHFLOOR_ENV": "test",
        "WATCHFLOOR_TEST_ADMIN_URL": cluster.url(postgres.OWNER, "postgres"),
        # Empty, for tests to replace: a connection to the template would forbid cloning it.
        "DATABASE_URL": cluster.url(),
        "DATABASE_OWNER_URL": cluster.url(postgres.OWNER),
        "REDIS_URL": redis_url,
        "EMAIL_URL": "smtp://127.0.0.1:9",  # nobody listens: a test that mails brings a server
        "SECRET_KEY": secrets.token_urlsafe(48),
    }


def start_migrated(cluster: postgres.Cluster) -> None:
    """Migrating takes seconds and always gives the same, so a copy is kept until a migration changes."""
    kept = places.state_directory() / f"test-cluster-{migrations.fingerprint()[:16]}"
    if kept.exists() and "CI" not in os.environ:
        cluster.restore(kept)
        cluster.start()
        return
    cluster.start()
    cluster.run_sql(f"CREATE DATABASE {TEMPLATE} OWNER {postgres.OWNER}")
    migrate(cluster.url(postgres.OWNER, TEMPLATE))
    for outdated in kept.parent.glob("test-cluster-*"):
        shutil.rmtree(outdated, ignore_errors=True)
    stop_all([cluster.child], within=5)
    cluster.save(kept)
    cluster.start()


def migrate(owner_url: str) -> None:
    env = os.environ | {"DATABASE_URL": owner_url}
    done = subprocess.run(migrations.COMMAND, cwd=places.ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        here.stop()
        raise pytest.UsageError(f"migrate failed on the test database:\n{done.stdout}{done.stderr}")


def clone_database(name: str, template: str = TEMPLATE) -> None:
    """A fresh database with the migrated schema, owned by the owner role; nobody may be in `template`."""
    administer("CREATE DATABASE {} TEMPLATE {}", name, template)


def drop_database(name: str) -> None:
    """Even with connections open: a failed test may have left one."""
    administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def database_url(name: str, role: str = postgres.APP) -> str:
    admin = urlsplit(os.environ["WATCHFLOOR_TEST_ADMIN_URL"])
    return f"postgres://{role}@/{name}?{admin.query}"


def administer(statement: str, *names: str) -> None:
    admin = urlsplit(os.environ["WATCHFLOOR_TEST_ADMIN_URL"])
    [host] = parse_qs(admin.query)["host"]
    connection = psycopg2.connect(user=admin.username, dbname=admin.path[1:], host=host)
    try:
        connection.autocommit = True  # a database cannot be made inside a transaction
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    finally:
        connection.close()
