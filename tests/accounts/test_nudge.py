"""A nudge that waits to be taken up says all that another would."""

import pytest
import redis

from accounts.nudge import nudge, taken_up
from devstack.ports import free_port

TASK, QUEUE = "escalations.sweep", "nudges"


@pytest.fixture
def queue(settings):
    broker = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    broker.delete(QUEUE, f"nudge:{TASK}")
    yield lambda: broker.llen(QUEUE)
    broker.delete(QUEUE, f"nudge:{TASK}")


def test_however_many_ask_one_waits(queue):
    for _ in range(5):
        nudge(TASK)
    assert queue() == 1


def test_what_asks_after_it_was_taken_up_is_heard(queue):
    nudge(TASK)
    taken_up(TASK)
    nudge(TASK)
    assert queue() == 2


def test_without_redis_each_is_sent(queue, settings, monkeypatch):
    """The marks are kept where pokes go; the broker may be elsewhere and well."""
    from accounts import poke

    gone = redis.Redis.from_url(f"redis://127.0.0.1:{free_port()}/0", socket_connect_timeout=0.2)
    monkeypatch.setattr(poke, "_client", lambda: gone)
    nudge(TASK)
    nudge(TASK)
    assert queue() == 2
