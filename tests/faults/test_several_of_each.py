"""Two workers and two watchdogs over one database: each page leaves once, whoever is quicker."""

import os
import time
from collections import Counter
from datetime import timedelta

from accounts import clock
from accounts.actions import messages
from accounts.models import Delivery, Heartbeat
from devstack.ports import free_port
from escalations.models import Page
from tests.cast import HASHED, person

WAVES, PEOPLE = 4, 10
WORKER = (
    "-m", "celery", "-A", "config", "worker", "--pool", "threads", "--concurrency", "4",
    "--queues", "nudges,email", "--loglevel", "warning", "--without-gossip", "--without-mingle",
)  # fmt: skip
BEAT = ("-m", "celery", "-A", "config", "beat", "--loglevel", "warning", "--schedule")
# Five processes import the console first, on a machine that may have other work.
WITHIN = 120


def until(true, *, what):
    deadline = time.monotonic() + WITHIN
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def test_two_workers_and_two_watchdogs_send_each_thing_once(
    committed_cast, another_process, mailbox, tmp_path, settings
):
    broker = os.environ["REDIS_URL"].rpartition("/")[0] + "/6"
    another_process(*BEAT, str(tmp_path / "beat"), REDIS_URL=broker)
    for number in range(2):
        another_process(*WORKER, "--hostname", f"worker{number}@here", REDIS_URL=broker)
        another_process("manage.py", "watchdog", REDIS_URL=broker)
    # What is written here nudges nobody: all four have to find it.
    settings.REDIS_URL = settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"
    people = [person(f"p{number}", "responder", HASHED) for number in range(WAVES * PEOPLE)]
    until(lambda: Heartbeat.objects.count() >= 3, what="not all came up")
    time.sleep(3)
    incidents = [wave(committed_cast, people[n::WAVES]) for n in range(WAVES)]
    until(
        lambda: Page.objects.count() >= WAVES and not Delivery.objects.open().exists(),
        what="not all was sent",
    )
    time.sleep(3)  # whoever would send something twice has had another sweep
    told = Counter(mail.to[0] for mail in mailbox.take())
    assert {told.pop(who.email) for who in people} == {1}
    assert set(told) == {committed_cast.on_duty.email}, "whose pages may have left together"
    assert sorted(page.incident_id for page in Page.objects.all()) == sorted(one.pk for one in incidents)
    assert set(Delivery.objects.values_list("state", "attempt")) == {("sent", 1)}


def wave(cast, people):
    """A report, and a notice to each of these that is late already, so that the watchdogs leave it to nobody."""
    late = clock.now() - timedelta(seconds=5)
    for who in people:
        messages.send(
            to=who, urgency="notice", subject="S", text="T", link_to="shifts_link", link_label="Open",
            dedupe_key=f"late:{who.pk}", at=late,
        )  # fmt: skip
    return cast.report(at=late)
