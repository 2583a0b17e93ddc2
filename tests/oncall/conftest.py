"""Tells at the end of a run how much the rota's random tests have really looked at."""

import sys


def pytest_terminal_summary(terminalreporter):
    properties = sys.modules.get("tests.oncall.test_rota_properties")
    for what, number in getattr(properties, "checked", {}).items():
        terminalreporter.write_line(f"rota: {number} {what}")
