"""Somebody's own receiver of webhooks: checks the signature as the documents tell them to, by what they hold."""

import hashlib
import hmac
import json
import time

from tests.stubs.server import Call, Stub, run_as_process


class WebhookStub(Stub):
    """`secret` (`--secret` as a process): unsigned or wrongly signed requests are answered 401."""

    # How far the console's clock has been moved, where a harness moves it.
    ahead = 0.0

    @property
    def secret(self) -> str:
        return str(self.options.get("secret", "shared"))

    def take(self, call: Call) -> tuple[int, dict[str, str], bytes]:
        told = dict(
            part.split("=", 1) for part in call.headers.get("Watchfloor-Signature", "").split(",") if part
        )
        said = f"{told.get('t')}.{call.body}".encode()
        made = hmac.new(self.secret.encode(), said, hashlib.sha256).hexdigest()
        if told.get("v1") != made or abs(time.time() + self.ahead - int(told["t"])) > 300:
            return 401, {}, b"bad signature"
        call.made |= json.loads(call.body) | {"key": call.headers.get("Idempotency-Key")}
        return 200, {"Content-Type": "application/json"}, b'{"ok": true}'


if __name__ == "__main__":
    run_as_process(WebhookStub)
