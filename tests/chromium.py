"""Browser tests need a Chromium of this machine; else they are skipped, loudly, and in CI that fails."""

import os

import pytest

from devstack import chromium

REASON = "no Chromium on this machine"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if chromium.find():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=REASON))


def pytest_terminal_summary(terminalreporter) -> None:
    if count := skipped(terminalreporter):
        line = f"{count} browser tests skipped: {REASON} (as root ./run test installs one)"
        terminalreporter.write_line(line, red="CI" in os.environ, yellow="CI" not in os.environ)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if "CI" in os.environ and reporter and skipped(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def skipped(terminalreporter) -> int:
    reports = terminalreporter.stats.get("skipped", [])
    return sum(REASON in str(report.longrepr) for report in reports)
