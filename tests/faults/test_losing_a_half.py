"""A page arrives with either half gone: the watchdog, or the workers together with Redis."""

from devstack.ports import free_port
from tests.cast import START

WORKER = (
    "-m", "celery", "-A", "config", "worker", "--pool", "threads", "--concurrency", "4",
    "--queues", "nudges,email", "--loglevel", "warning", "--without-gossip", "--without-mingle",
)  # fmt: skip
# Three processes import the console first, on a machine that may have other work.
STARTED_WITHIN = 60
BEAT = ("-m", "celery", "-A", "config", "beat", "--loglevel", "warning", "--schedule")


def test_the_page_arrives_with_the_watchdog_stopped(committed_cast, another_process, mailbox, tmp_path):
    another_process(*WORKER)
    another_process(*BEAT, str(tmp_path / "beat"))
    incident = committed_cast.report(at=START)
    [mail] = mailbox.wait_for(1, within=STARTED_WITHIN)
    assert mail.to == [committed_cast.on_duty.email]
    assert incident.code in mail.subject


def test_the_page_arrives_with_worker_and_redis_stopped(committed_cast, another_process, mailbox, settings):
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    settings.REDIS_URL = settings.CELERY_BROKER_URL = nowhere
    another_process("manage.py", "watchdog", REDIS_URL=nowhere)
    incident = committed_cast.report(at=START)
    [mail] = mailbox.wait_for(1, within=STARTED_WITHIN)
    assert mail.to == [committed_cast.on_duty.email]
    assert incident.code in mail.subject
