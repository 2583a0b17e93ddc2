"""Tells at the end of a run how much the random tests of rotas and previews have really looked at."""

import sys

import pytest

from accounts import clock
from tests.cast import HASHED, person

COUNTED = {"rota": "tests.oncall.test_rota_properties", "preview": "tests.oncall.test_preview_properties"}


def pytest_terminal_summary(terminalreporter):
    for subject, module in COUNTED.items():
        for what, number in getattr(sys.modules.get(module), "checked", {}).items():
            terminalreporter.write_line(f"{subject}: {number} {what}")


@pytest.fixture
def chief(cast):
    """Somebody who runs rosters."""
    return person("chief", "roster_admin", HASHED)


@pytest.fixture
def desk(chief, signed_in):
    """A browserless client of theirs."""
    return signed_in(chief)


@pytest.fixture
def set_clock(pass_time):
    """Make it this moment, for the database and so for every request."""
    return lambda at: pass_time(at - clock.now())
