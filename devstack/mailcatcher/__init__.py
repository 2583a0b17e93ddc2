"""Takes every mail of the demo by real SMTP and shows it in a browser; sends none on."""

import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from devstack.children import Child, wait_until
from devstack.places import Refused, private
from devstack.postgres import bare_environment


@dataclass
class MailCatcher:
    """The catcher as a child of the demo; the process itself is __main__."""

    state: Path
    smtp_port: int
    http_port: int

    def __post_init__(self):
        self.url = f"http://127.0.0.1:{self.http_port}/"
        self.messages_url = f"{self.url}messages"
        ports = [str(self.smtp_port), str(self.http_port)]
        self.child = Child(
            "mail",
            [sys.executable, "-m", "devstack.mailcatcher", str(self.state / "mail"), *ports],
            bare_environment(),
            self.state / "logs" / "mail.log",
        )

    def start(self) -> None:
        private(self.state / "mail")
        self.child.start()

    def wait(self) -> None:
        if not wait_until(self._answers, within=10):
            raise Refused(f"the mail catcher did not start:\n{self.child.last_words()}")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.smtp_port), timeout=1) as line:
                return line.recv(4).startswith(b"220")
        except OSError:
            return False
