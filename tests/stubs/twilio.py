"""Twilio's REST API as far as texts and calls go: basic authentication, its fields and errors, and callbacks it
signs, in order unless told otherwise. Standard library only; nothing here is the product's own code."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.stubs.server import Behaviour, Call, Stub, run_as_process

ACCOUNT, TOKEN = "AC" + "0" * 32, "stub-auth-token"
REPORTS = {"SM": ["sent", "delivered"], "CA": ["initiated", "ringing", "in-progress", "completed"]}
# As Twilio's own magic numbers behave.
ERRORS = {"+15005550001": 21211, "+15005550004": 21610, "+15005550009": 21614}


class TwilioStub(Stub):
    """`reports`: what is told of the next ones, `delay` seconds apart; None tells what goes well. `to` sends callbacks
    to another host than the one they name, as when the console is known by a name that is not this machine's."""

    reports: list[str] | None = None
    delay = 0.0
    to = ""

    def setting(self, sender: str = "+15550100") -> str:
        return f"twilio+http://{ACCOUNT}:{TOKEN}@{self.host}?from={sender}"

    def take(self, call: Call) -> tuple[int, dict[str, str], bytes]:
        expected = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if call.headers.get("Authorization") != expected:
            return 401, {}, _problem(20003, "Authenticate", 401)
        kind = {"Messages.json": "SM", "Calls.json": "CA"}.get(call.path.rpartition("/")[2])
        if kind is None or not call.path.startswith(f"/2010-04-01/Accounts/{ACCOUNT}/"):
            return 404, {}, _problem(20404, "not found", 404)
        told = {
            name: values if name == "StatusCallbackEvent" else values[0]
            for name, values in parse_qs(call.body).items()
        }
        if code := ERRORS.get(told.get("To", "")):
            return 400, {}, _problem(code, "refused", 400)
        if not {"To", "From"} <= told.keys() | ({"From"} if "MessagingServiceSid" in told else set()):
            return 400, {}, _problem(21603, "A 'From' number is required", 400)
        call.made |= told | {"sid": kind + secrets.token_hex(16), "kind": kind}
        if not call.made["silent"] and told.get("StatusCallback"):
            threading.Thread(target=self._report_all, args=(call,), daemon=True).start()
        said = {"sid": call.made["sid"], "status": "queued", "error_code": None, "to": told["To"]}
        return 201, {"Content-Type": "application/json"}, json.dumps(said).encode()

    def refusal(self, behaviour: Behaviour) -> bytes:
        return behaviour.body.encode() or _problem(20500, "unavailable", behaviour.status)

    # -- what Twilio sends by itself -----------------------------------------------------------------
    def _report_all(self, call: Call) -> None:
        for status in REPORTS[call.made["kind"]] if self.reports is None else self.reports:
            time.sleep(self.delay)
            self.report(call, status)

    def report(self, call: Call, status: str, **more: str) -> int:
        prefix = "Message" if call.made["kind"] == "SM" else "Call"
        fields = {f"{prefix}Sid": call.made["sid"], f"{prefix}Status": status, "To": call.made["To"]}
        return self.call_back(call.made["StatusCallback"], fields | more)[0]

    def text_back(self, url: str, sender: str, words: str) -> tuple[int, str]:
        """Somebody answers a text."""
        return self.call_back(
            url, {"MessageSid": "SM" + secrets.token_hex(16), "From": sender, "Body": words}
        )

    def call_back(self, url: str, fields: dict[str, Any], *, token: str = TOKEN) -> tuple[int, str]:
        """POST what Twilio would, signed over the address as it was given."""
        body = urlencode(fields).encode()
        request = urllib.request.Request(self._reached_by(url), data=body, method="POST")
        request.add_header("X-Twilio-Signature", signature(url, fields, token))
        request.add_header("Content-Type", "application/x-www-form-urlencoded")
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except OSError:
            return 0, ""  # the console is away; Twilio would log as much

    def _reached_by(self, url: str) -> str:
        if not self.to:
            return url
        parts = urlsplit(url)
        return self.to + parts.path + (f"?{parts.query}" if parts.query else "")


def signature(url: str, fields: dict[str, str], token: str = TOKEN) -> str:
    said = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()


def _problem(code: int, message: str, status: int) -> bytes:
    return json.dumps({"code": code, "message": message, "status": status}).encode()


if __name__ == "__main__":
    run_as_process(TwilioStub)
