"""Asking the API; and at the end of a run, how much the random tests of rotas and previews have really
looked at."""

import sys
from urllib.parse import urlencode

import pytest
from django.test import Client

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


@pytest.fixture
def call(cast, chief):
    """Ask the API as somebody, the roster admin unless said: `call("post", "overrides/", {...}, by=...)`."""

    def caller(method, path, body=None, *, by=None, **query):
        headers = {"Authorization": f"Bearer {cast.token(by or chief)}"}
        address = f"/api/{path}?{urlencode(query)}" if query else f"/api/{path}"
        if method == "get":
            return Client().get(address, headers=headers)
        told = "" if body is None else body  # nothing at all, where nothing is sent
        return getattr(Client(), method)(address, told, content_type="application/json", headers=headers)

    return caller
