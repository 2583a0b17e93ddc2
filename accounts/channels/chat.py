"""Chat and push services through Apprise, in each service's own protocol.

Of the services Apprise knows only those are offered that carry a message over HTTPS to a room or a phone: none that
run a program here, read a file or send mail. What it opens goes by the guard of `egress` like everything else.
"""

import logging
import re
import threading

from apprise import Apprise, AppriseAsset, NotifyFormat
from apprise.plugins.base import NotifyBase

from accounts.channels import Outgoing, PermanentError, Receipt, TemporaryError, egress

# Schema to the name people know it by.
SERVICES = {
    "slack": "Slack",
    "discord": "Discord",
    "workflows": "Microsoft Teams",
    "gchat": "Google Chat",
    "wxteams": "Webex",
    "tgram": "Telegram",
    "zulip": "Zulip",
    "mmosts": "Mattermost",
    "mmost": "Mattermost",
    "rockets": "Rocket.Chat",
    "matrixs": "Matrix",
    "nctalks": "Nextcloud Talk",
    "ntfys": "ntfy",
    "ntfy": "ntfy",
    "gotifys": "Gotify",
    "gotify": "Gotify",
    "pover": "Pushover",
    "pbul": "Pushbullet",
    "signals": "Signal",
}
NEVER = re.compile(r"error=(?:40[0134]|410)\b")


def service(url: str) -> NotifyBase | None:
    """What an Apprise address leads to; None when it cannot be read, or is for a service not offered."""
    if url.partition("://")[0].lower() not in SERVICES:
        return None
    asset = AppriseAsset(http_redirects=False, storage_mode="memory", secure_logging=True, app_id="Watchfloor")
    found = Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    # Somebody who switches the check of certificates off would be sending to whoever answers.
    return found if isinstance(found, NotifyBase) and found.verify_certificate else None


def send(outgoing: Outgoing) -> Receipt:
    """`secret` is the whole Apprise address. Raises `PermanentError` when the service knows neither us nor the room,
    and `TemporaryError` when it may yet take it."""
    found = service(outgoing.secret)
    if found is None:
        raise PermanentError("not an address of a service that is offered")
    found.redirects = False
    found.socket_connect_timeout = found.socket_read_timeout = egress.SECONDS
    with _overheard() as heard, egress.guarded() as way:
        body = "\n".join(filter(None, (outgoing.label, outgoing.url))) or outgoing.subject
        took = found.notify(body=body, title=outgoing.subject, body_format=NotifyFormat.TEXT)
    if took and not way.refused:
        return Receipt(str(outgoing.idempotency_key))
    if way.refused:
        raise PermanentError(way.refused)
    if way.late:
        raise TemporaryError("no answer in time")
    if match := NEVER.search(heard.words):
        raise PermanentError(f"the service refused it ({match[0]})")
    raise TemporaryError("the service did not take it")


class _overheard(logging.Handler):  # noqa: N801  reads as what it is within `with`
    """What Apprise says about this call, which is all it tells of why. It is judged, never kept: it may hold secrets."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.words, self._thread = "", threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.words += record.getMessage() + "\n"

    def __enter__(self) -> "_overheard":
        logging.getLogger("apprise").addHandler(self)
        return self

    def __exit__(self, *raised: object) -> None:
        logging.getLogger("apprise").removeHandler(self)
