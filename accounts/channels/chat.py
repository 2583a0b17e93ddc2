"""Chat and push services through Apprise, in each service's own protocol.

Of the services Apprise knows only those are offered that carry a message over HTTPS to a room or a phone: none that
run a program here, read a file or send mail. What it opens goes by the guard of `egress` like everything else.
"""

import logging
import re
import threading

from apprise import AppriseAsset, NotifyFormat
from apprise.plugins.base import NotifyBase
from django.utils.module_loading import import_string

from accounts.channels import Outgoing, PermanentError, Receipt, TemporaryError, egress

# Each service's schemas, the name people know it by, and where Apprise keeps it. Only these are ever loaded.
SERVICES = {
    ("slack",): ("Slack", "slack.NotifySlack"),
    ("discord",): ("Discord", "discord.NotifyDiscord"),
    ("workflow", "workflows"): ("Microsoft Teams", "workflows.NotifyWorkflows"),
    ("gchat",): ("Google Chat", "google_chat.NotifyGoogleChat"),
    ("wxteams", "webex"): ("Webex", "webexteams.NotifyWebexTeams"),
    ("tgram",): ("Telegram", "telegram.NotifyTelegram"),
    ("zulip",): ("Zulip", "zulip.NotifyZulip"),
    ("mmost", "mmosts"): ("Mattermost", "mattermost.NotifyMattermost"),
    ("rocket", "rockets"): ("Rocket.Chat", "rocketchat.NotifyRocketChat"),
    ("nctalk", "nctalks"): ("Nextcloud Talk", "nextcloudtalk.NotifyNextcloudTalk"),
    ("ntfy", "ntfys"): ("ntfy", "ntfy.NotifyNtfy"),
    ("gotify", "gotifys"): ("Gotify", "gotify.NotifyGotify"),
    ("pover",): ("Pushover", "pushover.NotifyPushover"),
    ("pbul",): ("Pushbullet", "pushbullet.NotifyPushBullet"),
    ("signal", "signals"): ("Signal", "signal_api.NotifySignalAPI"),
}
NEVER = re.compile(r"error=(?:40[0134]|410)\b")


def service(url: str) -> tuple[str, NotifyBase] | None:
    """What an Apprise address leads to, by name; None when it cannot be read, or is for a service not offered."""
    schema = url.partition("://")[0].lower()
    for schemas, (name, place) in SERVICES.items():
        if schema in schemas:
            found = _loaded(import_string(f"apprise.plugins.{place}"), url)
            return (name, found) if found else None
    return None


def _loaded(plugin: type[NotifyBase], url: str) -> NotifyBase | None:
    try:
        told = plugin.parse_url(url)
        # What a service asks for is not given, or the check of certificates is switched off, which would send to
        # whoever answers.
        found = plugin(**told, asset=_asset()) if told else None
    except Exception:  # noqa: BLE001  each plugin refuses in its own way
        return None
    return found if found and found.verify_certificate else None


def _asset() -> AppriseAsset:
    return AppriseAsset(http_redirects=False, storage_mode="memory", secure_logging=True, app_id="Watchfloor")


def send(outgoing: Outgoing) -> Receipt:
    """`secret` is the whole Apprise address. Raises `PermanentError` when the service knows neither us nor the room,
    and `TemporaryError` when it may yet take it."""
    found = service(outgoing.secret)
    if found is None:
        raise PermanentError("not an address of a service that is offered")
    room = found[1]
    room.redirects = False  # whatever the address says
    room.socket_connect_timeout = room.socket_read_timeout = egress.SECONDS
    with _overheard() as heard, egress.guarded() as way:
        body = "\n".join(filter(None, (outgoing.label, outgoing.url))) or outgoing.subject
        took = room.notify(body=body, title=outgoing.subject, body_format=NotifyFormat.TEXT)
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
    """What Apprise says about this call, which is all it tells of why. It may hold secrets, so it is never kept."""

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
