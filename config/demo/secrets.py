"""The demo's secrets, made once by the devstack into its state directory (mode 600). The database is given
digests and password hashes only."""

import json
import os
from pathlib import Path

from django.core.management.base import CommandError


def read(name: str) -> dict:
    """`secrets.json` or `run.json` of the demo's state directory; `CommandError` outside the demo."""
    state = os.environ.get("WATCHFLOOR_DEMO_STATE")  # between ./run and its demo; no setting of the console
    if not state:
        raise CommandError("This needs the demo: start it with ./run demo, or call it through ./run manage.")
    path = Path(state) / name
    return json.loads(path.read_text()) if path.exists() else {}
