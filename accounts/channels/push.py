"""A notification in a browser that its owner subscribed, by way of its maker's push service. Encrypted for that
browser alone; our signature (VAPID) follows from SECRET_KEY, so that nothing has to be kept."""

import base64
import json
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02, VapidException
from pywebpush import WebPushException, webpush
from requests import RequestException

from accounts import sealed
from accounts.channels import Outgoing, PermanentError, Receipt, TemporaryError, egress

# A page nobody has seen within that time has been asked elsewhere, or has ended.
KEPT_SECONDS = 1800
# The order of the curve: a private key is a number below it.
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def send(outgoing: Outgoing) -> Receipt:
    """`secret` is the browser's subscription. Raises `PermanentError` once the browser has taken it back (404, 410)
    and `TemporaryError` when the push service is away."""
    told = {
        "title": outgoing.subject,
        "body": outgoing.label,
        "url": outgoing.url,
        "tag": str(outgoing.idempotency_key),
    }
    with egress.guarded() as way, egress.session() as out:
        out.max_redirects = 0
        try:
            answer = webpush(
                json.loads(outgoing.secret or "{}"),
                data=json.dumps(told),
                vapid_private_key=_signer(settings.SECRET_KEY),
                vapid_claims={"sub": _contact()},
                ttl=KEPT_SECONDS,
                timeout=egress.SECONDS,
                headers={"urgency": "high"},
                requests_session=out,
            )
        except WebPushException as error:
            raise _meaning(error) from error
        except VapidException as error:
            raise PermanentError("the subscription cannot be read") from error
        except (RequestException, OSError, ValueError, LookupError, TypeError) as error:
            raise egress.failure(way, error) from error  # what is no subscription fails in many ways
    return Receipt(str(answer.headers.get("location") or outgoing.idempotency_key)[:200])


def public_key() -> str:
    """What a browser is told on subscribing, so that nobody else can send to it."""
    raw = (
        _private(settings.SECRET_KEY)
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _meaning(error: WebPushException) -> TemporaryError | PermanentError:
    if error.response is None:
        return PermanentError("the subscription cannot be read")
    told = egress.by_status(error.response.status_code)
    return told if isinstance(told, TemporaryError) else PermanentError(str(told or "not taken"))


def _contact() -> str:
    """Whom a push service may write to about us."""
    if settings.BASE_URL.startswith("https://"):
        return settings.BASE_URL
    return f"mailto:watchfloor@{urlsplit(settings.BASE_URL).hostname}"


@lru_cache(maxsize=2)
def _private(secret_key: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(sealed.derived(b"vapid", secret_key=secret_key))
    return ec.derive_private_key(number % (P256_ORDER - 1) + 1, ec.SECP256R1())


def _signer(secret_key: str) -> Vapid02:
    return Vapid02(private_key=_private(secret_key))
