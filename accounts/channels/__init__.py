"""Ways out of the house, one file a channel: `send(outgoing) -> provider id`, or one of two refusals."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a channel is handed: an address and words. Channels know no rows."""

    address: str
    subject: str
    text: str
    html: str
    idempotency_key: UUID


class ChannelError(Exception):
    """The provider did not take the message."""


class TemporaryError(ChannelError):
    """Worth another attempt on the same method."""


class PermanentError(ChannelError):
    """This address will never take it; the person's next method is due at once."""
