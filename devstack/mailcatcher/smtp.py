"""An SMTP server on loopback that accepts everything well-formed and keeps it."""

import asyncio
import re
from collections.abc import Callable

from devstack.mailcatcher.store import Store

LARGEST = 10 * 1024 * 1024
LONGEST_LINE = 1024 * 1024
IDLE_SECONDS = 300
MOST_RECIPIENTS = 1_000
ADDRESS = re.compile(r"^(?:FROM|TO):\s*<([^<>\s]*)>(?:\s+(.*))?$", re.IGNORECASE)


async def serve(store: Store, port: int) -> asyncio.Server:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await Conversation(reader, writer, store).hold()
        except (ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client is gone or talks something that is not SMTP
        finally:
            writer.close()

    return await asyncio.start_server(converse, "127.0.0.1", port, limit=LONGEST_LINE)


class Conversation:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, store: Store):
        self.reader, self.writer, self.store = reader, writer, store
        self.forget()
        self.verbs: dict[str, Callable[[str], str]] = {
            "HELO": lambda _: "250 mail catcher",
            "EHLO": self.greet,
            "MAIL": self.take_sender,
            "RCPT": self.take_recipient,
            "RSET": self.reset,
            "NOOP": lambda _: "250 OK",
            "VRFY": lambda _: "252 anyone is welcome",
        }

    def forget(self) -> None:
        self.sender: str | None = None
        self.recipients: list[str] = []

    async def hold(self) -> None:
        await self.say("220 mail catcher ready")
        while line := await self.hear():
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            match verb.upper():
                case "QUIT":
                    return await self.say("221 bye")
                case "DATA":
                    await self.take_data()
                case known if known in self.verbs:
                    await self.say(self.verbs[known](rest.strip()))
                case _:
                    await self.say("502 unknown command")
        return None

    async def say(self, line: str) -> None:
        self.writer.write(line.encode() + b"\r\n")
        await self.writer.drain()

    async def hear(self) -> bytes:
        async with asyncio.timeout(IDLE_SECONDS):
            try:
                return await self.reader.readuntil(b"\n")
            except asyncio.IncompleteReadError:
                return b""

    def greet(self, _: str) -> str:
        self.forget()
        return f"250-mail catcher\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {LARGEST}"

    def reset(self, _: str) -> str:
        self.forget()
        return "250 OK"

    def take_sender(self, argument: str) -> str:
        if not (found := ADDRESS.match(argument)):
            return "501 MAIL FROM:<address>"
        size = re.search(r"\bSIZE=(\d{1,12})\b", found[2] or "", re.IGNORECASE)
        if size and int(size[1]) > LARGEST:
            return "552 too large"
        self.forget()
        self.sender = found[1]
        return "250 OK"

    def take_recipient(self, argument: str) -> str:
        if self.sender is None:
            return "503 MAIL first"
        if not (found := ADDRESS.match(argument)) or not found[1]:
            return "501 RCPT TO:<address>"
        if len(self.recipients) >= MOST_RECIPIENTS:
            return "452 too many recipients"
        self.recipients.append(found[1])
        return "250 OK"

    async def take_data(self) -> None:
        if not self.recipients:
            return await self.say("503 RCPT first")
        await self.say("354 end with a dot on its own line")
        content = await self.hear_content()
        if content is None:
            await self.say("552 too large")
        else:
            self.store.keep(self.recipients, content)
            await self.say("250 kept")
        self.forget()
        return None

    async def hear_content(self) -> bytes | None:
        """The mail with its dots unstuffed, or None when too large (read to its end all the same)."""
        lines, size = [], 0
        while (line := await self.hear()) not in (b".\r\n", b".\n"):
            if not line:
                raise ConnectionError
            size += len(line)
            if size <= LARGEST:
                lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines) if size <= LARGEST else None
