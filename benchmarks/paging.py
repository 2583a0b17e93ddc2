"""Report accepted → mail at the catcher, fifty one at a time, beside the floor: one bare durable transaction
and one bare SMTP send on the same database and the same catcher."""

import json
import os
import smtplib
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks.table import print_machine, print_row  # noqa: E402

REPORTS = 50
GIVE_UP_SECONDS = 30
STATE = Path(os.environ["WATCHFLOOR_DEMO_STATE"])
ROUTING_KEY = json.loads((STATE / "secrets.json").read_text())["routing_key"]


def main() -> None:
    print_machine()
    mails = arrivals(STATE / "mail")
    next(mails)  # what was there before does not count
    floor = print_row("floor: one bare transaction", [timed(bare_transaction) for _ in range(REPORTS)])
    floor += print_row("floor: one bare SMTP send", [timed(bare_mail) for _ in range(REPORTS)])
    next(mails)
    delays = [accepted_to_mail(mails) for _ in range(REPORTS)]
    ours = print_row("accepted (202) to mail at the catcher", delays)
    print(f"ratio of the medians, ours to the floor: {ours / floor:.1f}")


def accepted_to_mail(mails: Iterator[list[float]]) -> float:
    """Seconds from the answer to the report until its mail is a file at the catcher; then acknowledges, so
    that nothing more is sent."""
    key = uuid.uuid4().hex
    payload = {"summary": "Benchmark", "source": "benchmarks.paging", "severity": "critical"}
    enqueue(event_action="trigger", dedup_key=key, payload=payload)
    accepted = time.time()
    while not (found := next(mails)):
        if time.time() - accepted > GIVE_UP_SECONDS:
            raise SystemExit(f"no mail came within {GIVE_UP_SECONDS} s")
        time.sleep(0.002)
    enqueue(event_action="acknowledge", dedup_key=key)
    return max(found[0] - accepted, 0.0)


def arrivals(home: Path) -> Iterator[list[float]]:
    """Each time asked, when the mails that came since the last time arrived, oldest first."""
    seen: set[str] = set()
    while True:
        fresh = [
            entry for entry in os.scandir(home) if entry.name.endswith(".eml") and entry.name not in seen
        ]
        seen |= {entry.name for entry in fresh}
        yield sorted(entry.stat().st_mtime for entry in fresh)


def enqueue(**event: object) -> None:
    request = urllib.request.Request(
        f"{settings.BASE_URL}/v2/enqueue",
        json.dumps({"routing_key": ROUTING_KEY} | event).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 202


def bare_transaction() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_heartbeat VALUES ('benchmark', now())"
            " ON CONFLICT (process) DO UPDATE SET beat_at = excluded.beat_at"
        )


def bare_mail() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "bench@localhost", "bench@localhost", "bare"
    mail.set_content("bare")
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as server:
        server.send_message(mail)


def timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
