"""Signed links in messages: bound to one message, and so to one person. What the link shows and when it
has ended is for the page behind it to say."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

_signer = Signer(salt="accounts.message-link")


def token_for(message_id: UUID) -> str:
    return _signer.sign(message_id.hex)


def message_id_from(token: str) -> UUID | None:
    """The message a token was made for; None when it was not made here."""
    try:
        return UUID(hex=_signer.unsign(token))
    except (BadSignature, ValueError):
        return None
