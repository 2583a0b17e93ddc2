"""The caught mails: one .eml file each. What the browser shows of one is read from it when somebody asks, so that a
storm of mails costs their keeping and no more."""

import email
import email.policy
import threading
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path

RECIPIENT = "X-Watchfloor-Recipient"  # the envelope's, which alone knows blind copies
KEPT = 5_000


@dataclass(frozen=True)
class Mail:
    id: str
    to: list[str]
    sender: str
    subject: str
    sent_at: str
    text: str
    html: str

    def as_json(self) -> dict:
        shown = asdict(self)
        return {"id": shown["id"], "to": shown["to"], "from": shown.pop("sender"), **shown}


class Caught:
    """A mail as it came, read when somebody looks."""

    def __init__(self, number: str, raw: bytes):
        self.number, self.raw = number, raw

    @cached_property
    def mail(self) -> Mail:
        return parsed(self.number, self.raw)


class Store:
    """Newest first; safe to call from the SMTP loop and the HTTP threads at once."""

    def __init__(self, home: Path):
        self.home = home
        self._lock = threading.Lock()
        self._mails: dict[str, Caught] = {}
        for path in sorted(home.glob("*.eml")):
            self._mails[path.stem] = Caught(path.stem, path.read_bytes())

    def keep(self, recipients: list[str], raw: bytes) -> None:
        envelope = "".join(f"{RECIPIENT}: {address}\r\n" for address in recipients)
        content = envelope.encode("utf-8", "replace") + raw
        with self._lock:
            number = self._next_number()
            draft = self.home / f"{number}.part"
            draft.write_bytes(content)  # never half a mail, whenever we are killed
            draft.rename(self.home / f"{number}.eml")
            self._mails[number] = Caught(number, content)
            self._forget_oldest()

    def newest_first(self) -> list[Mail]:
        with self._lock:
            caught = list(reversed(self._mails.values()))
        return [one.mail for one in caught]

    def find(self, number: str) -> Mail | None:
        with self._lock:
            caught = self._mails.get(number)
        return caught.mail if caught else None

    def _next_number(self) -> str:
        """The moment of arrival, which sorts; one later than the last where the clock stood still."""
        last = int(next(reversed(self._mails), "0"))
        return f"{max(time.time_ns() // 1000, last + 1):020d}"

    def _forget_oldest(self) -> None:
        while len(self._mails) > KEPT:
            oldest = next(iter(self._mails))
            del self._mails[oldest]
            (self.home / f"{oldest}.eml").unlink(missing_ok=True)


def parsed(number: str, raw: bytes) -> Mail:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    sent_at = datetime.fromtimestamp(int(number) / 1e6, UTC).isoformat(timespec="milliseconds")
    return Mail(
        id=number,
        to=[str(value) for value in message.get_all(RECIPIENT, [])],
        sender=header(message, "From"),
        subject=header(message, "Subject"),
        sent_at=sent_at,
        text=body(message, "plain"),
        html=body(message, "html"),
    )


def header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except Exception as broken:  # noqa: BLE001 - the parser raises many kinds on crafted headers
        return f"({name} unreadable: {type(broken).__name__})"


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        content = part.get_content()
    except (LookupError, UnicodeError, KeyError):  # an unknown charset or transfer encoding
        content = bytes(part.get_payload(decode=True)).decode("utf-8", "replace")
    return content.replace("\r\n", "\n")
