"""What the setting OUTBOUND says: providers that pages leave by, and hosts that people's webhooks may lead to although
they are not public. Standard library only: the settings read it."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit


class OutboundError(ValueError):
    """A part of the setting that cannot be read; the sentence names it without its secrets."""


@dataclass(frozen=True, slots=True)
class Twilio:
    """An account at Twilio, or at whatever speaks its API at `base`. `sender` sends texts (a number, or a messaging
    service beginning with MG), `caller` calls."""

    base: str
    account: str
    token: str
    sender: str
    caller: str


@dataclass(frozen=True, slots=True)
class Outbound:
    """`allowed`: host, or host:port, that may be private and may be spoken to in the clear."""

    twilio: Twilio | None = None
    allowed: frozenset[str] = frozenset()


def read(parts: list[str]) -> Outbound:
    """The setting, one URL a part: `twilio://ACCOUNT:TOKEN@api.twilio.com?from=+1…&voice=+1…` (`twilio+http` for a
    stand-in) and `allow://host:port`. Raises `OutboundError`."""
    twilio, allowed = None, set()
    for part in filter(None, (part.strip() for part in parts)):
        scheme = part.partition("://")[0].lower()
        if scheme in {"twilio", "twilio+http"}:
            twilio = _twilio(part, "http" if scheme.endswith("+http") else "https")
        elif scheme == "allow" and urlsplit(part).netloc:
            allowed.add(urlsplit(part).netloc.lower())
        else:
            raise OutboundError(f"a part begins with {scheme!r}; use twilio:// or allow://")
    return Outbound(twilio, frozenset(allowed))


def _twilio(part: str, scheme: str) -> Twilio:
    url = urlsplit(part)
    # A plus is part of a number, not a space.
    told = dict(parse_qsl(url.query.replace("+", "%2B")))
    sender = told.get("from", "")
    caller = told.get("voice", "" if sender.startswith("MG") else sender)
    if not (url.username and url.password and url.hostname and sender):
        raise OutboundError("the twilio part takes an account, a token, a host and ?from=")
    base = f"{scheme}://{url.netloc.rpartition('@')[2]}"
    return Twilio(base, unquote(url.username), unquote(url.password), sender, caller)
