"""No engine here: the file is parsed, and each command runs as a plain process with its environment."""

import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
import yaml

from devstack import environment, postgres
from devstack.children import Child, stop_all, wait_until
from devstack.places import ROOT
from devstack.ports import free_port

SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
CONSOLE = ("web", "stream", "worker", "scheduler", "watchdog")
REQUIRED = re.compile(r"\$\{(\w+):\?[^}]*\}")
GIVEN = {
    "SECRET_KEY": "x" * 60,
    "BASE_URL": "https://watchfloor.example",
    "ALLOWED_HOSTS": "watchfloor.example",
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "MAIL_FROM": "Watchfloor <watchfloor@watchfloor.example>",
}


@pytest.fixture
def translate(tmp_path):
    """From the containers' addresses to free ones of this machine."""
    ports = {"8000": str(free_port()), "8001": str(free_port())}

    def translated(words: list[str]) -> list[str]:
        moved = [re.sub(r"\b800[01]\b", lambda found: ports[found[0]], word) for word in words]
        moved = [word.replace("0.0.0.0", "127.0.0.1").replace("/tmp", str(tmp_path)) for word in moved]
        return [re.sub(r"^python\b", sys.executable, word).replace("$$", "$") for word in moved]

    return translated


def surroundings(service: str, **ours: str) -> dict[str, str]:
    """Nothing of the caller's but a path: what compose does not set, the container does not have."""
    unknown = "unknown"
    named = SERVICES[service]["environment"].items()
    values = {key: REQUIRED.sub(lambda name: GIVEN.get(name[1], unknown), str(value)) for key, value in named}
    return values | {"PATH": os.environ["PATH"], "HOSTNAME": socket.gethostname(), "C_FORCE_ROOT": "1"} | ours


@pytest.fixture
def console(committed_db, translate, tmp_path) -> Iterator[dict[str, Child]]:
    """Every process of the console, in production mode, on the test servers."""
    ours = {"DATABASE_URL": committed_db, "REDIS_URL": re.sub(r"/\d+$", "/7", os.environ["REDIS_URL"])}
    children = {}
    for name in CONSOLE:
        command = translate(shlex.split(SERVICES[name]["command"]))
        children[name] = Child(name, command, surroundings(name, **ours), tmp_path / f"{name}.log")
        children[name].start()
    yield children
    stop_all(list(children.values()), within=5)


def passes_its_check(child: Child, translate) -> bool:
    kind, *words = SERVICES[child.name]["healthcheck"]["test"]
    command = translate(words) if kind == "CMD" else ["sh", "-c", *translate(words)]
    return subprocess.run(command, cwd=ROOT, env=child.env, capture_output=True).returncode == 0


def test_every_process_lives_and_passes_its_own_health_check(console, translate):
    for child in console.values():
        passed = wait_until(lambda c=child: passes_its_check(c, translate), within=40)
        assert passed, f"{child.name}: {child.last_words()}"
        assert child.is_running


def test_the_one_shot_migrates_as_the_owner(committed_db, translate):
    command = translate(shlex.split(SERVICES["migrate"]["command"]))
    url = committed_db.replace("watchfloor_app@", "watchfloor_owner@")
    subprocess.run(command, cwd=ROOT, env=surroundings("migrate", DATABASE_URL=url), check=True)
    assert "//watchfloor_owner:" in SERVICES["migrate"]["environment"]["DATABASE_URL"]


UNSAFE = [{"SECRET_KEY": "short"}, {"BASE_URL": "http://x"}, {"ALLOWED_HOSTS": "*"}]


@pytest.mark.parametrize("unsafe", UNSAFE, ids=lambda unsafe: next(iter(unsafe)))
def test_unsafe_settings_are_refused_with_their_name(unsafe, translate):
    done = subprocess.run(
        translate(["python", "manage.py", "check"]),
        cwd=ROOT,
        env=surroundings("web", **unsafe),
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert next(iter(unsafe)) in done.stderr


def test_no_secret_is_written_down():
    for name, service in SERVICES.items():
        for key, value in service.get("environment", {}).items():
            if re.search(r"SECRET|PASSWORD|AUTH|_URL$", key) and value:
                assert REQUIRED.search(value), f"{name}: {key}"


def test_everything_that_stays_is_watched_and_nothing_is_open_beyond_loopback():
    for name, service in SERVICES.items():
        assert name == "migrate" or "healthcheck" in service, name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name


def test_an_empty_volume_gets_two_plain_roles_and_their_rights(state):
    """The scripts the postgres image runs, run here by hand on a cluster without them."""
    cluster = postgres.Cluster(state, postgres.find_binaries(state, environment.site_packages()))
    cluster._make()
    cluster.child.start()
    assert wait_until(lambda: cluster.is_ready, within=10)
    cluster.run_sql("CREATE DATABASE watchfloor")
    image = {"POSTGRES_USER": "postgres", "POSTGRES_DB": "watchfloor", "PGHOST": str(cluster.socket)}
    passwords = {"DB_OWNER_PASSWORD": "it's", "DB_APP_PASSWORD": "two"}
    env = image | passwords | {"PATH": f"{cluster.binaries}:{os.environ['PATH']}"}
    subprocess.run([ROOT / "config/postgres/1-roles.sh"], env=env, check=True, capture_output=True)
    cluster.run_sql(postgres.DATABASE_SQL.read_text(), "watchfloor")
    owner = "SELECT datdba::regrole FROM pg_database WHERE datname = 'watchfloor'"
    granted = cluster.run_sql("SELECT defaclacl FROM pg_default_acl", "watchfloor")
    assert cluster.run_sql(owner).strip() == "watchfloor_owner"
    assert "watchfloor_app=arwd/watchfloor_owner" in granted
    stop_all([cluster.child], within=5)
