"""The machine's own Chromium for the browser tests; installed from apt where we may."""

import os
import shutil
import subprocess
import sys

from devstack.places import say

NAMES = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium", "fonts-dejavu-core")  # Cyrillic needs the font


def find() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def install_where_possible() -> None:
    """Never fails: without a browser those tests are skipped, loudly."""
    if find() or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    say("installing Chromium for the browser tests")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    for command in (["apt-get", "update", "-qq"], install):
        if subprocess.run(command, stdout=sys.stderr, env=env).returncode:
            say("Chromium could not be installed")
            return
