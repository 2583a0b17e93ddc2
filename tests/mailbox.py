"""A real SMTP server on loopback for tests. What nobody expected, and so nobody took out, fails the test."""

import asyncio
import tempfile
import threading
import time
from pathlib import Path

from accounts.channels import email
from devstack.mailcatcher import smtp
from devstack.mailcatcher.store import Mail, Store
from devstack.ports import free_port


def hang_up() -> None:
    """Close the connections that the channel keeps, so that a test begins with none of another's."""
    while email._kept:
        email._close(email._kept.pop().backend)


class Mailbox:
    """Runs for the whole session in its own thread; emptied between tests."""

    def __init__(self) -> None:
        self.port = free_port()
        self._home = tempfile.TemporaryDirectory(prefix="mailbox-")
        self.store = Store(Path(self._home.name))
        self._taken = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._server = None
        self._thread.start()
        while self._server is None:
            time.sleep(0.01)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._home.cleanup()

    def take(self) -> list[Mail]:
        """The mails that came since last asked, oldest first."""
        mails = self.store.newest_first()[::-1]
        fresh, self._taken = mails[self._taken :], len(mails)
        return fresh

    def take_one(self) -> Mail:
        [mail] = self.take()
        return mail

    def wait_for(self, count: int, *, within: float = 15) -> list[Mail]:
        """`count` mails sent by other processes; fails when they do not come."""
        found: list[Mail] = []
        until = time.monotonic() + within
        while len(found) < count:
            assert time.monotonic() < until, f"{len(found)} of {count} mails came within {within} s"
            found += self.take()
            time.sleep(0.02)
        return found

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(smtp.serve(self.store, self.port))
        self._loop.run_forever()
        self._server.close()
        self._loop.close()
