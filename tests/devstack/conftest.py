"""A state directory of the test's own, where Postgres' user may go and pytest's tmp_path is closed to it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack import places


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    path = places.throwaway_directory()
    with places.hold(path / "owner.lock"):
        places.private(path / "logs")
        yield path
    shutil.rmtree(path, ignore_errors=True)
