"""The table: printed, and stored as it was measured."""

import json
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from devstack.places import ROOT
from faults.book import NOT_RUN, ROWS, Row

JSON, WORDS = ROOT / "docs/faults.json", ROOT / "docs/faults.md"
STORED = {"docs/faults.json", "docs/faults.md"}


def line(row: Row) -> str:
    told = row.told()
    p99 = "-" if told["p99"] is None else f"{told['p99']:.2f} s"
    counts = f"{told['runs']:>2} runs  lost {told['lost']}  duplicated {told['duplicated']}"
    times = f"p99 {p99:>9}  real {told['real']:>6} s  simulated {told['simulated']:>8} s"
    return f"{row.number:>3}  {told['state']:<8} {counts}  {times}  {row.fault}"


def troubles(row: Row) -> list[str]:
    """What did not hold, and why a row could not be played."""
    return [
        f"     {run.variant}: {sentence}"
        for run in row.runs
        for sentence in [*run.wrong, run.not_run]
        if sentence
    ]


def record(
    rows: Sequence[Row], *, standing: tuple[str, list[str]], began: datetime, machine: dict[str, Any]
) -> dict[str, Any]:
    commit, changed = standing
    return {
        "commit": commit,
        "uncommitted": changed,
        "start": began.isoformat(timespec="seconds"),
        "end": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "rows": [row.told() for row in rows],
    }


def standing() -> tuple[str, list[str]]:
    """The commit that is checked out, and what differs from it: what was measured is no commit's then."""
    commit = _git("rev-parse", "HEAD")
    changed = [row[3:] for row in _git("status", "--porcelain").splitlines()]
    return commit, sorted(set(changed) - STORED)


def store(told: dict[str, Any]) -> None:
    JSON.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    WORDS.write_text(words(told))


def words(told: dict[str, Any]) -> str:
    """The same for people. Made of the record alone."""
    machine = told["machine"]
    lines = [
        "# Faults",
        "",
        "`./run faults` writes this file and `faults.json`, which has every run; nothing here is typed by hand. Each",
        "row is played with the product's own processes, PostgreSQL and Valkey, and stubs that speak the providers'",
        "protocols, and judged by what the stubs took and what the database holds. Where hours pass, the database's",
        "clock is moved: those seconds are *simulated*, and the p99 is by that clock.",
        "",
        f"Commit `{told['commit'][:12]}`{' with changes' if told['uncommitted'] else ''}, {told['start']} to",
        f"{told['end']}; {machine['cores']} cores, {machine['memory_mb']} MB, {machine['system']}, Python",
        f"{machine['python']}, load before {machine['load_before']}.",
        "",
        "| # | fault | expected | | runs | lost | duplicated | p99 | of | real | simulated |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in told["rows"]:
        p99 = "" if row["p99"] is None else f"{row['p99']:.2f} s"
        lines.append(
            f"| {row['row']} | {row['fault']} | {row['expected']} | **{row['state']}** | {row['runs']} | {row['lost']} "
            f"| {row['duplicated']} | {p99} | {row['measured']} | {row['real']} s | {row['simulated']} s |"
        )
    wrong = [
        f"- Row {row['row']}, {run['variant']}: {sentence}"
        for row in told["rows"]
        for run in row["raw"]
        for sentence in [*run["wrong"], run["not_run"]]
        if sentence
    ]
    return "\n".join([*lines, *(["", "What did not hold:", "", *wrong] if wrong else []), ""])


def is_green(rows: Sequence[Row]) -> bool:
    return all(row.state not in ("red", NOT_RUN) for row in rows)


def chosen(numbers: Sequence[int]) -> list[Row]:
    return [ROWS[number] for number in sorted(numbers or ROWS)]


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=Path(ROOT), capture_output=True, text=True, check=True)
    return done.stdout.rstrip("\n")
