"""One pair of hands: asked while busy they look once more, and never twice at the same time."""

import threading
import time

import pytest

from accounts.lanes import Lane


def test_whoever_asks_while_the_hands_are_busy_goes_on_at_once_and_is_looked_after():
    lane, busy, go, looks = Lane(), threading.Event(), threading.Event(), []

    def work():
        looks.append(threading.current_thread().name)
        busy.set()
        go.wait(5)

    first = threading.Thread(target=lane.ask, args=[work], name="first")
    first.start()
    assert busy.wait(5)
    assert [lane.ask(work) for _ in range(100)] == [False] * 100
    go.set()
    first.join(5)
    assert looks == ["first", "first"], "once more for all hundred"


def test_hands_stay_for_what_comes_soon_and_no_longer():
    lane, answers = Lane(), iter([0.05, None])
    began = time.monotonic()
    assert lane.ask(lambda: next(answers))
    assert 0.05 <= time.monotonic() - began < 2


def test_whoever_asks_meanwhile_need_not_wait_for_it():
    lane, looks, looked = Lane(), [], threading.Event()

    def work():
        looks.append(time.monotonic())
        looked.set()
        return 30 if len(looks) == 1 else None

    staying = threading.Thread(target=lane.ask, args=[work])
    staying.start()
    assert looked.wait(5)
    assert lane.ask(work) is False
    staying.join(5)
    assert len(looks) == 2


def test_work_that_raises_leaves_the_hands_free():
    lane = Lane()

    def work():
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            lane.ask(work)
    assert lane.ask(lambda: None)
