"""Tells at the end of a run how much the random tests of rotas and previews have really looked at."""

import sys

COUNTED = {"rota": "tests.oncall.test_rota_properties", "preview": "tests.oncall.test_preview_properties"}


def pytest_terminal_summary(terminalreporter):
    for subject, module in COUNTED.items():
        for what, number in getattr(sys.modules.get(module), "checked", {}).items():
            terminalreporter.write_line(f"{subject}: {number} {what}")
