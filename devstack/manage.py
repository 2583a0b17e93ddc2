"""`./run manage X`: Django's command line with its servers up, and X's own words and status.

Joins what runs already; otherwise starts the services for as long as X takes.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from devstack import environment, migrations
from devstack.children import dying_with_parent
from devstack.demo import running
from devstack.places import ROOT, demo_secrets, hold, read_json, say, state_directory, write_json
from devstack.services import Services, as_owner, django_environment, manage_command
from devstack.supervisor import listen_for_stop, stop_listening

# Commands that read code and settings only: nothing is started for them.
NEED_NO_DATABASE = {
    "check",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "collectstatic",
    "help",
    "makemessages",
    "roster_preview",
    "version",
}
# Commands that change tables, or ask what would change: they run as the owner.
RUN_AS_OWNER = {"createcachetable", "makemigrations", "migrate", "sqlmigrate", "squashmigrations"}
NOWHERE = {
    "DATABASE_URL": "postgres://watchfloor_app@127.0.0.1:1/watchfloor",
    "DATABASE_OWNER_URL": "postgres://watchfloor_owner@127.0.0.1:1/watchfloor",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp://127.0.0.1:1",
}


def manage(arguments: list[str]) -> int:
    environment.install(environment.DEMO)
    command = manage_command(*(arguments or ["help"]))
    name = next((word for word in arguments if not word.startswith("-")), "help")
    state = state_directory()
    if name in NEED_NO_DATABASE or {"--help", "-h", "--version"} & set(arguments):
        given = {key: os.environ.get(key, value) for key, value in NOWHERE.items()}
        return become(command, django_environment(state, demo_secrets(state), given))
    return with_services(state, name, command)


def with_services(state: Path, name: str, command: list[str]) -> int:
    """Owner of the lock: our own services. Otherwise a guest of whoever owns it."""
    said = False
    while (lock := hold(state / "owner.lock", wait=False)) is None:
        guest = hold(state / "guests.lock", shared=True, wait=False)
        record = running(state)
        if guest and record:
            os.set_inheritable(guest.fileno(), True)  # held until X itself is gone
            given = {key: os.environ[key] for key in NOWHERE if key in os.environ}
            return become(command, _suited(state, name, record["env"] | given))
        if guest:
            guest.close()
        if not said:
            say("another ./run is starting or stopping this checkout's services; waiting for it")
            said = True
        time.sleep(0.2)
    with lock:
        return _own_services(state, name, command)


def become(command: list[str], env: dict[str, str]) -> int:
    """Instead of a child: its signals, words and exit status need no passing on."""
    os.chdir(ROOT)
    os.execve(command[0], command, env)


def _suited(state: Path, name: str, urls: dict[str, str]) -> dict[str, str]:
    env = django_environment(state, demo_secrets(state), urls)
    if name in RUN_AS_OWNER:
        migrations.forget(state)
        return as_owner(env)
    return env


def _own_services(state: Path, name: str, command: list[str]) -> int:
    (state / "run.json").unlink(missing_ok=True)
    (state / "guests.lock").unlink(missing_ok=True)  # guests of an earlier owner are not ours to wait for
    ports = read_json(state / "ports.json") or {}
    services = Services(state, demo_secrets(state), ports=ports)
    listen_for_stop()
    try:
        services.start()
        env = _suited(state, name, services.urls)
        if name not in RUN_AS_OWNER and services.cluster:
            migrations.migrate(services, env)
        _announce(state, services)
        return _run(command, env)
    except KeyboardInterrupt:
        return 130
    finally:
        stop_listening()
        hold(state / "guests.lock")
        (state / "run.json").unlink(missing_ok=True)
        services.stop()


def _announce(state: Path, services: Services) -> None:
    """So that a second ./run manage finds the services meanwhile."""
    mail = services.mail
    addresses = {"url": mail.url, "messages_url": mail.messages_url} if mail else None
    record = {"pid": os.getpid(), "kind": "manage", "ready": True, "mail": addresses, "env": services.urls}
    write_json(state / "run.json", record)


def _run(command: list[str], env: dict[str, str]) -> int:
    """In the foreground: a terminal's Ctrl-C reaches X by itself, other signals through us."""
    x = subprocess.Popen(command, cwd=ROOT, env=env, preexec_fn=dying_with_parent(signal.SIGKILL))

    def pass_on(number: int, frame: object) -> None:
        if number != signal.SIGINT or not sys.stdin.isatty():
            x.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    status = x.wait()
    return status if status >= 0 else 128 - status
