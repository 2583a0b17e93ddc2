"""A POST to an address of the person's own, signed with a secret only they and we hold.

`Watchfloor-Signature: t=<seconds>,v1=<hex>` is HMAC-SHA256 over `<seconds>.<body>`; `Idempotency-Key` is the same
when the same page is sent again.
"""

import hashlib
import hmac
import json
import time

from accounts.channels import Outgoing, PermanentError, Receipt, TemporaryError, egress


def send(outgoing: Outgoing) -> Receipt:
    """Raises `PermanentError` for an address that will not take it (4xx, led elsewhere, private, not https) and
    `TemporaryError` for one that may yet: 5xx, no answer in 5 s, or 200 with an error in its body."""
    body = json.dumps(
        {
            "id": str(outgoing.idempotency_key),
            "subject": outgoing.subject,
            "text": outgoing.text,
            "url": outgoing.url,
            "label": outgoing.label,
            "waiting": outgoing.waiting,
        }
    ).encode()
    moment = int(outgoing.at.timestamp() if outgoing.at else time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Watchfloor",
        "Idempotency-Key": str(outgoing.idempotency_key),
        "Watchfloor-Signature": f"t={moment},v1={signature(outgoing.secret, moment, body)}",
    }
    answer = egress.post(outgoing.address, data=body, headers=headers)
    if error := egress.by_status(answer.status):
        raise error
    if _says_it_failed(answer.body):
        raise TemporaryError(f"HTTP {answer.status}, with an error in the answer")
    return Receipt(str(outgoing.idempotency_key))


def signature(secret: str, moment: int, body: bytes) -> str:
    if not secret:
        raise PermanentError("the webhook has no secret to sign with")
    return hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()


def _says_it_failed(body: bytes) -> bool:
    """Some answer 200 and say in the body that they did not take it."""
    try:
        said = json.loads(body or b"null")
    except (ValueError, RecursionError):
        return False
    if not isinstance(said, dict):
        return False
    return said.get("ok") is False or said.get("success") is False or bool(said.get("error"))
