"""What every test stands on: a clone of the migrated database, the cast, a mailbox that tolerates no surprise,
and no way out of this machine."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg2
import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import translation

from tests.cast import Cast, gather
from tests.mailbox import Mailbox, hang_up
from tests.services import clone_database, database_url, drop_database

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker) -> Iterator[None]:
    """One clone a worker; tests roll back in it, as the application's own role."""
    name = f"test_{WORKER}"
    _cloned(name)
    _connect_to(name)
    yield
    connections.close_all()
    drop_database(name)


@pytest.fixture
def committed_db(django_db_setup, django_db_blocker) -> Iterator[str]:
    """For tests that commit or use other processes: a clone of their own, dropped after. Its URL."""
    usual, name = connection.settings_dict["NAME"], f"test_{WORKER}_committed"
    _cloned(name)
    with django_db_blocker.unblock():
        _connect_to(name)
        yield database_url(name)
        connections.close_all()
    drop_database(name)
    _connect_to(usual)


def _cloned(name: str) -> None:
    """A clone in which tests may move the clock, as no other database allows."""
    drop_database(name)
    clone_database(name)
    with (
        closing(psycopg2.connect(database_url(name, "watchfloor_owner"))) as owner,
        owner,
        owner.cursor() as cursor,
    ):
        cursor.execute("GRANT INSERT ON clock_offset TO watchfloor_app")


def _connect_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


@pytest.fixture
def another_process(committed_db, mailbox) -> Iterator[Callable[..., subprocess.Popen]]:
    """Start one of the product's own processes on the committed database: `another_process("manage.py", "watchdog",
    REDIS_URL=...)`. Killed at the end."""
    started = []

    def start(*command: str, **surroundings: str) -> subprocess.Popen:
        env = os.environ | {
            "DATABASE_URL": committed_db,
            "EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}",
            "C_FORCE_ROOT": "1",
        }
        started.append(subprocess.Popen([sys.executable, *command], env=env | surroundings))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture(autouse=True)
def _hash_quickly(settings) -> None:
    """Slow hashing is for attackers, and makes a throttle's minute pass during its own test."""
    hashers = "django.contrib.auth.hashers"
    settings.PASSWORD_HASHERS = [f"{hashers}.MD5PasswordHasher", f"{hashers}.PBKDF2PasswordHasher"]


@pytest.fixture(autouse=True)
def _speak_english_again() -> Iterator[None]:
    """A request leaves its language with the thread; the next test is not the next request."""
    yield
    translation.activate("en")


@pytest.fixture
def cast(db) -> Cast:
    return gather()


@pytest.fixture
def committed_cast(committed_db) -> Cast:
    return gather()


@pytest.fixture
def signed_in():
    """A browserless client signed in as somebody: `signed_in(person)`."""

    def sign_in(person) -> Client:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture(scope="session")
def _mail_server() -> Iterator[Mailbox]:
    server = Mailbox()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mailbox(_mail_server, settings) -> Iterator[Mailbox]:
    """Real SMTP. A mail still here at the end of the test is one nobody expected."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", _mail_server.port
    _mail_server.take()
    yield _mail_server
    hang_up()
    unexpected = _mail_server.take()
    assert not unexpected, f"unexpected mail to {[mail.to for mail in unexpected]}"


@pytest.fixture
def pass_time():
    """Move the database's clock ahead by a timedelta; only a harness's database lets this be done."""

    def ahead(span) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO clock_offset (shift) VALUES (%s)", [span])

    return ahead


@pytest.fixture(autouse=True, scope="session")
def _stay_on_this_machine() -> Iterator[None]:
    """No test may reach further than loopback."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in {
            "127.0.0.1",
            "::1",
            "localhost",
        }:
            raise OSError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    socket.socket.connect = guarded
    yield
    socket.socket.connect = connect
