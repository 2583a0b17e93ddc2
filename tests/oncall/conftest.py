"""Asking the API; and at the end of a run, how much the random tests of rotas and previews have really
looked at."""

import sys
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.cast import HASHED, person

COUNTED = {"rota": "tests.oncall.test_rota_properties", "preview": "tests.oncall.test_preview_properties"}


def pytest_terminal_summary(terminalreporter):
    for subject, module in COUNTED.items():
        for what, number in getattr(sys.modules.get(module), "checked", {}).items():
            terminalreporter.write_line(f"{subject}: {number} {what}")


@pytest.fixture
def keeper(cast):
    """A roster admin."""
    return person("keeper", "roster_admin", HASHED)


@pytest.fixture
def call(cast, keeper):
    """Ask the API as somebody, the roster admin unless said: `call("post", "overrides/", {...}, by=...)`."""

    def caller(method, path, body=None, *, by=None, **query):
        headers = {"Authorization": f"Bearer {cast.token(by or keeper)}"}
        address = f"/api/{path}?{urlencode(query)}" if query else f"/api/{path}"
        if method == "get":
            return Client().get(address, headers=headers)
        told = "" if body is None else body  # nothing at all, where nothing is sent
        return getattr(Client(), method)(address, told, content_type="application/json", headers=headers)

    return caller
