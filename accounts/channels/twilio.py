"""Twilio's REST API, and the signature by which its callbacks are known. Texts and calls share this."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from accounts.channels import PermanentError, Receipt, TemporaryError, egress
from accounts.site import absolute

if TYPE_CHECKING:
    from config.outbound import Twilio

# Numbers that are none, cannot be texted, or whose owner has said STOP: asking again changes nothing.
NEVER = frozenset({21211, 21214, 21217, 21401, 21408, 21421, 21422, 21601, 21610, 21612, 21614, 21623, 30006})
REFUSED_AT_ONCE = frozenset({"failed", "undelivered", "canceled"})


def is_set_up() -> bool:
    return settings.OUTBOUND.twilio is not None


def account() -> "Twilio":
    """The account to send with. Raises `PermanentError` without one, so that a person's next method is used."""
    told = settings.OUTBOUND.twilio
    if told is None:
        raise PermanentError("no provider for texts and calls is set up")
    return told


def create(kind: str, fields: dict[str, Any]) -> Receipt:
    """Make a `Messages` or `Calls` of Twilio's. Its word on what became of it comes to the callback in `fields`."""
    told = account()
    answer = egress.post(
        f"{told.base}/2010-04-01/Accounts/{told.account}/{kind}.json",
        data=fields,
        auth=(told.account, told.token),
        trusted=True,
    )
    said = _read(answer.body)
    code = _number(said.get("code") or said.get("error_code"))
    if code in NEVER:
        raise PermanentError(f"Twilio {code}")
    # A refused account is ours to mend, and no fault of the number.
    if answer.status in {401, 403}:
        raise TemporaryError(f"Twilio refuses our account (HTTP {answer.status})")
    if error := egress.by_status(answer.status, f"Twilio {code}" if code else ""):
        raise error
    if code or said.get("status") in REFUSED_AT_ONCE or not said.get("sid"):
        raise TemporaryError(f"Twilio took it and failed it ({code or said.get('status') or 'no id'})")
    return Receipt(str(said["sid"]), confirms=True)


def callback(route: str, *args: Any) -> str:
    """Where Twilio reports to. The address names the delivery by its own key, so that a report finds its row
    even where the answer with Twilio's id was lost."""
    return absolute(reverse(route, args=args))


def is_signed(url: str, posted: Mapping[str, list[str]], signature: str) -> bool:
    """Whether Twilio sent this: HMAC-SHA1 over the whole address and the sorted fields, by our token."""
    told = settings.OUTBOUND.twilio
    if told is None:
        return False
    said = url + "".join(f"{name}{value}" for name in sorted(posted) for value in sorted(set(posted[name])))
    made = hmac.new(told.token.encode(), said.encode(), hashlib.sha1).digest()
    return hmac.compare_digest(base64.b64encode(made).decode(), signature)


def _read(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _number(value: Any) -> int | None:
    return int(value) if str(value).isdecimal() else None
