"""What ./run demo says once the console is up: the address, who to be, where things arrive."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO

from devstack.children import dying_with_parent
from devstack.places import ROOT
from devstack.services import manage_command


def introduce(url: str, env: dict[str, str], *, meanwhile: Callable[[], None]) -> None:
    """The address first and alone. A reader that takes it and leaves must not end the demo."""
    with suppress(BrokenPipeError):
        print(url, flush=True)
        print(_told(env, meanwhile), flush=True)
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _told(env: dict[str, str], meanwhile: Callable[[], None]) -> str:
    with tempfile.TemporaryFile("w+") as answer:
        status = _asked(env, answer, meanwhile)
        answer.seek(0)
        told = answer.read()
    if status:
        return "(demo_info failed; its words are above)"
    info = json.loads(told)
    return "\n".join([*_people(info["people"]), "", *_addresses(info), "", CLOSING])


def _asked(env: dict[str, str], answer: IO[str], meanwhile: Callable[[], None]) -> int:
    """It takes seconds, in which the demo is tended and may be interrupted."""
    command, ending = manage_command("demo_info", "--json"), dying_with_parent(signal.SIGKILL)
    asking = subprocess.Popen(command, env=env, cwd=ROOT, stdout=answer, preexec_fn=ending)
    try:
        while asking.poll() is None:
            meanwhile()
            time.sleep(0.1)
        return asking.returncode
    finally:
        asking.kill()
        asking.wait()


def _people(people: list[dict]) -> list[str]:
    emails, names = ([person[key] for person in people] for key in ("email", "name"))
    wide, wider = (max(map(len, column), default=0) for column in (emails, names))
    passwords = sorted({person["password"] for person in people})
    lines = [
        f"  {person['email']:<{wide}}  {person['name']:<{wider}}  "
        + ", ".join([str(person["role"]), *person["clearances"]])
        for person in people
    ]
    return ["", f"Sign in as any of these with the password  {' or '.join(passwords)}", *lines]


def _addresses(info: dict) -> list[str]:
    intake, mail = info["intake"], info.get("mail") or {}
    return [
        f"Mail     {mail.get('url') or 'goes to EMAIL_URL'}",
        f"Events   POST {intake['events_v2']}   routing_key {info['routing_key']}",
        f"Reports  POST {intake['reports']}   Authorization: Bearer {info['api_token']}",
    ]


CLOSING = "Ctrl-C stops everything and keeps the data; ./run demo --reset starts over."
