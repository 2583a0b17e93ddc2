"""Ways out of the house, one file a channel: `send(outgoing) -> Receipt`, or one of two refusals."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a channel is handed: an address, what of it is secret, and words. Channels know no rows. `url` is where to
    act, `label` what that is called, `waiting` of how many pages it tells. `reply` is what to answer with where
    a channel carries answers, empty when none is asked for; `language` is the words' own. `at` is the one clock's
    moment, for channels that stamp what they send: this machine's own clock may be wrong."""

    address: str
    subject: str
    text: str
    html: str
    url: str
    label: str
    idempotency_key: UUID
    secret: str = ""
    waiting: int = 1
    reply: str = ""
    language: str = "en"
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider took it, under this id, in the words it `said`. `confirms`: it will say later what became of it."""

    provider_id: str
    confirms: bool = False
    said: str = ""


class ChannelError(Exception):
    """The provider did not take the message."""


class TemporaryError(ChannelError):
    """Worth another attempt on the same method."""


class PermanentError(ChannelError):
    """This address will never take it; the person's next method is due at once."""
