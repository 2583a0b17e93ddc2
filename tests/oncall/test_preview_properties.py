"""The preview of a roster file against an oracle that works out every minute on its own, over random files."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oncall.preview import preview, written
from tests.oncall.strategies import MINUTE, clock_changes, roster_files
from tests.oracle import roster_file as oracle

checked = Counter()  # printed at the end of the run by this folder's conftest


def count(data, starts_at, ends_at, told):
    """Remembers what the example has had in it, so that a run which met nothing of interest is seen."""
    checked["previews equal to the oracle's"] += 1
    checked["of these previews through a change of the clocks"] += any(
        starts_at < at < ends_at for at in clock_changes(data["zone"])
    )
    checked["with a slot given by an override or a swap"] += any(
        it["layer"] == oracle.OVERRIDE for it in told["shifts"]
    )
    for section in ("gaps", "thin", "unskilled"):
        checked[f"with {section}"] += bool(told[section])
    for reason in ("time_off", "unreachable"):
        checked[f"with a slot empty for {reason}"] += any(it["reason"] == reason for it in told["empty"])


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(roster_files(), st.integers(0, 36 * 60), st.integers(1, 36 * 60))
def test_how_far_one_looks_changes_nothing_of_what_is_seen(question, after, length):
    data, starts_at, _ends_at = question
    look = starts_at - 400 * MINUTE, starts_at + 80 * 60 * MINUTE
    part = starts_at + after * MINUTE, starts_at + (after + length) * MINUTE
    narrow, wide = preview(data, *part), preview(data, *look)
    for section, entries in narrow.items():
        assert sorted(entries, key=str) == sorted(within(wide[section], part), key=str), section


def within(entries, span):
    """What of a preview's entries lies within the span, cut to it."""
    start, end = map(written, span)
    for it in entries:
        cut = {"starts_at": max(it["starts_at"], start), "ends_at": min(it["ends_at"], end)}
        if cut["starts_at"] < cut["ends_at"]:
            yield it | cut


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(roster_files(), st.none() | st.integers(0, 36 * 60) | st.integers(-36 * 60, 72 * 60))
def test_the_preview_is_the_oracles_to_the_minute(question, minutes):
    data, starts_at, ends_at = question
    at = None if minutes is None else starts_at + minutes * MINUTE  # within the window or not
    expected = oracle.preview(data, starts_at, ends_at, at=at)
    assert preview(data, starts_at, ends_at, at=at) == expected
    count(data, starts_at, ends_at, expected)
