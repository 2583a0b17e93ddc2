"""A chat service Apprise knows: ntfy's protocol (publish as JSON, answered with the message) at `ntfy://…/topic`."""

import json
import secrets
import time

from tests.stubs.server import Call, Stub, run_as_process


class ChatStub(Stub):
    def address(self, topic: str = "pages") -> str:
        """What Apprise is given for a room here."""
        return f"ntfy://{self.host}/{topic}"

    def take(self, call: Call) -> tuple[int, dict[str, str], bytes]:
        try:
            told = json.loads(call.body)
        except ValueError:
            return 400, {}, b'{"code":40024,"http":400,"error":"invalid request: body must be valid JSON"}'
        if told.get("topic") == "forbidden":
            return 403, {}, b'{"code":40301,"http":403,"error":"forbidden"}'
        call.made |= told
        said = {"id": secrets.token_hex(6), "time": int(time.time()), "event": "message"} | told
        return 200, {"Content-Type": "application/json"}, json.dumps(said).encode()


if __name__ == "__main__":
    run_as_process(ChatStub)
