"""A mail server for the harness: the demo's own SMTP conversation, behaving as it was told."""

import asyncio
import email
import email.policy
import threading
import time
from dataclasses import dataclass

from devstack.mailcatcher import smtp
from tests.stubs.server import Behaviour


@dataclass
class Mail:
    """One mail whose content came whole. `took`: whether it was answered with 250."""

    to: str
    key: str
    subject: str
    text: str
    at: float
    took: bool = False


class MailStub:
    """As the stubs over HTTP: `behave("refuse" | "hang" | "late" | "well", seconds=…, times=…)`."""

    def __init__(self) -> None:
        self.calls: list[Mail] = []
        self._behaviour = Behaviour()
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self.port = 0

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()
        self._ready.wait(10)

    def behave(self, how: str, **told) -> None:
        with self._lock:
            self._behaviour = Behaviour(how, **told)

    def forget(self) -> None:
        self.calls.clear()

    def behaviour(self) -> Behaviour:
        with self._lock:
            now = self._behaviour
            if now.times is not None:
                now.times -= 1
                if now.times <= 0:
                    self._behaviour = Behaviour()
            return now

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._loop.run_forever()

    async def _listen(self) -> None:
        server = await asyncio.start_server(self._converse, "127.0.0.1", 0, limit=smtp.LONGEST_LINE)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await Conversation(reader, writer, self).hold()
        except (ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client is gone
        finally:
            writer.close()


class Conversation(smtp.Conversation):
    store: MailStub  # type: ignore[assignment]

    async def take_data(self) -> None:
        if not self.recipients:
            return await self.say("503 RCPT first")
        await self.say("354 end with a dot on its own line")
        mail = read(self.recipients[0], await self.hear_content() or b"")
        now = self.store.behaviour()
        self.store.calls.append(mail)
        if now.how in {"hang", "late"}:
            mail.took = now.how == "late"
            await asyncio.sleep(now.seconds)
        if now.how in {"hang", "refuse"}:
            await self.say("451 not now")
        else:
            mail.took = True
            await self.say("250 kept")
        return self.forget()


def read(to: str, content: bytes) -> Mail:
    message = email.message_from_bytes(content, policy=email.policy.default)
    body = message.get_body(preferencelist=("plain",))
    key = str(message.get("Message-ID", "")).strip("<> ").partition("@")[0]
    text = body.get_content() if body is not None else ""
    return Mail(to, key, str(message.get("Subject", "")), text, time.time())
