"""The fault table: its quick rows played here, and the record of the whole of it held against what is checked out.

`./run faults` plays all twenty and writes docs/faults.json and docs/faults.md."""

import json
import os
import subprocess
import sys

import pytest

from devstack.places import ROOT
from faults import book

RECORD = ROOT / "docs/faults.json"
WHAT_IS_MEASURED = ("escalations", "accounts/channels")
# Django's own environment is for the harness to make.
OURS = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "OUTBOUND",
    "WATCHFLOOR_TEST_SERVICES",
)


@pytest.mark.faults
def test_the_quick_rows_of_the_fault_table_are_green():
    env = {name: value for name, value in os.environ.items() if name not in OURS}
    command = [sys.executable, "-m", "faults", "--short"]
    played = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=1500)
    assert played.returncode == 0, f"\n{played.stdout}{played.stderr[-3000:]}"
    assert played.stdout.count("  green ") == 6


def test_the_recorded_table_is_whole_and_green():
    rows = {row["row"]: row for row in record()["rows"]}
    assert sorted(rows) == list(range(1, 21))
    not_green = {number: row["state"] for number, row in rows.items() if row["state"] != "green"}
    assert not not_green, "docs/faults.md says what did not hold"
    assert all(row["lost"] == 0 and row["raw"] for row in rows.values())


def test_the_recorded_table_is_of_this_code():
    """Of a commit that this one follows, with nothing changed beside it, and no older than what it measured."""
    told = record()
    assert not told["uncommitted"], "it was measured with changes that no commit has"
    if git("rev-parse", "--is-inside-work-tree").returncode:
        pytest.skip("NO GIT HISTORY HERE: whether docs/faults.json is of this code cannot be told")
    if is_shallow() and git("cat-file", "-e", f"{told['commit']}^{{commit}}").returncode:
        pytest.skip(
            f"A SHALLOW CLONE without {told['commit'][:12]}, of which docs/faults.json is: whether that is this code "
            "cannot be told (git fetch --unshallow)"
        )
    assert is_ancestor(told["commit"], "HEAD"), f"{told['commit']} is no ancestor of what is checked out"
    changed = git("log", "-1", "--format=%H", "--", *WHAT_IS_MEASURED).stdout.strip()
    assert is_ancestor(changed, told["commit"]), f"{changed[:12]} changed it since: run ./run faults"


def test_the_words_are_made_of_the_record():
    from faults import table

    assert (ROOT / "docs/faults.md").read_text() == table.words(record())


def test_a_row_is_red_when_one_of_its_runs_is_and_never_green_untested():
    row = book.Row(99, "a fault", "nothing", "seconds", {})
    assert row.state == "not run"
    row.runs = [book.Run("one"), book.Run("two")]
    assert row.state == "green"
    row.runs[1].not_run = "no library"
    assert row.state == "not run"
    row.runs[0].took([1.0, 6.0], at_most=5, what="page")
    assert (row.state, row.p99) == ("red", 6.0)
    assert row.runs[0].wrong == ["page: 6.0 s, at most 5 s were expected"]


def test_a_time_that_was_never_measured_is_no_pass():
    run = book.Run("one")
    run.took([], at_most=5, what="page")
    assert run.wrong == ["page: nothing to measure"]


def record() -> dict:
    return json.loads(RECORD.read_text())


def is_shallow() -> bool:
    return git("rev-parse", "--is-shallow-repository").stdout.strip() == "true"


def is_ancestor(older: str, newer: str) -> bool:
    return git("merge-base", "--is-ancestor", older, newer).returncode == 0


def git(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
