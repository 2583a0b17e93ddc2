"""What a feed remembers: the same shift keeps its UID, a change raises the sequence, what is off stays as cancelled."""

from datetime import timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from oncall.publishing import KEPT, Told, published
from tests.oncall.rosters import utc

AT, HOUR, DAY = utc("2026-03-02T12:00"), timedelta(hours=1), timedelta(days=1)
SPAN = AT - 30 * DAY, AT + 180 * DAY


def shift(start, hours=8, summary="Duty", lane="1/primary/", **more):
    starts_at = AT + start * HOUR
    return Told(lane, starts_at, starts_at + hours * HOUR, summary, **more)


def told(known, shifts, *, at=AT, span=SPAN):
    fresh = count(len(list(known)))
    return published(known, shifts, span, at=at, new_uid=lambda: f"u{next(fresh)}")


def lines(entries):
    return [
        f"{it.uid} {(it.starts_at - AT) // HOUR}-{(it.ends_at - AT) // HOUR} #{it.sequence}"
        + " off" * it.is_cancelled
        for it in entries
    ]


def test_a_shift_is_told_once_and_again_the_same():
    first = told([], [shift(0), shift(24)])
    assert lines(first) == ["u0 0-8 #0", "u1 24-32 #0"]
    assert told(first, [shift(24), shift(0)], at=AT + DAY) == first


def test_a_shift_that_moves_keeps_its_uid_and_raises_its_sequence():
    later = AT + HOUR
    found = told(told([], [shift(0), shift(24)]), [shift(2, 9), shift(24)], at=later)
    assert lines(found) == ["u0 2-11 #1", "u1 24-32 #0"]
    assert [it.changed_at for it in found] == [later, AT]


def test_a_shift_that_says_something_else_is_a_change():
    found = told(told([], [shift(0)]), [shift(0, summary="Night duty")])
    assert (lines(found), found[0].summary) == (["u0 0-8 #1"], "Night duty")


def test_a_shift_cut_in_two_is_one_that_changed_and_a_new_one():
    found = told(told([], [shift(0)]), [shift(0, 3), shift(5, 3)])
    assert lines(found) == ["u0 0-3 #1", "u1 5-8 #0"]


def test_a_shift_on_another_lane_is_another():
    found = told(told([], [shift(0)]), [shift(0, lane="1/secondary/")])
    assert lines(found) == ["u0 0-8 #1 off", "u1 0-8 #0"]


def test_a_shift_that_is_off_stays_cancelled_for_ninety_days_and_is_forgotten():
    off = told(told([], [shift(2400)]), [])
    assert lines(off) == ["u0 2400-2408 #1 off"]
    assert told(off, [], at=AT + KEPT - HOUR) == off
    assert told(off, [], at=AT + KEPT) == []


def test_a_shift_that_comes_back_is_the_same_again():
    off = told(told([], [shift(0)]), [])
    assert lines(told(off, [shift(0)])) == ["u0 0-8 #2"]
    assert lines(told(off, [shift(1)])) == ["u0 0-8 #1 off", "u1 1-9 #0"]


def test_what_the_feed_does_not_look_back_at_any_more_is_forgotten():
    known = told([], [shift(0), shift(24)])
    assert lines(told(known, [shift(24)], span=(AT + 8 * HOUR, SPAN[1]))) == ["u1 24-32 #0"]


def test_a_shift_without_a_beginning_keeps_the_one_it_was_told_with():
    known = told([], [shift(0, 2000)])
    again = told(known, [shift(20, 1980, is_open_before=True)], span=(AT + 20 * HOUR, SPAN[1]))
    assert again == known


shifts = st.lists(
    st.builds(
        shift, st.integers(0, 60), st.integers(1, 30), st.sampled_from("AB"), st.sampled_from(["1", "2"])
    ),
    max_size=6,
    unique_by=lambda it: (it.lane, it.starts_at),
)


@given(st.lists(shifts, min_size=1, max_size=5))
def test_after_any_edits_what_stands_is_what_there_is_and_uids_are_unique(edits):
    known, highest = [], {}
    for place, now in enumerate(edits):
        known = told(known, now, at=AT + place * HOUR)
        standing = [(it.lane, it.starts_at, it.ends_at, it.summary) for it in known if not it.is_cancelled]
        assert sorted(standing) == sorted((it.lane, it.starts_at, it.ends_at, it.summary) for it in now)
        assert len({it.uid for it in known}) == len(known)
        for it in known:
            assert it.sequence >= highest.get(it.uid, 0)
            highest[it.uid] = it.sequence
        assert told(known, now, at=AT + place * HOUR) == known
