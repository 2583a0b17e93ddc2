"""Whether a console says that it is up. `python -m devstack.health PORT` is compose's check:
/healthz for the web, any answer at all with --alive for the stream.
"""

import http.client
import os
import sys

READY_WITHIN = 90


def is_healthy(port: int, host: str = "127.0.0.1") -> bool:
    return _status(port, host) == 200


def is_alive(port: int, host: str = "127.0.0.1") -> bool:
    return _status(port, host) is not None


def _status(port: int, host: str) -> int | None:
    """Asked directly: a proxy of the caller's could not reach our loopback."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/healthz", headers={"Host": host})
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        line.close()


if __name__ == "__main__":
    allowed = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").split(",")[0]
    asked = is_alive if "--alive" in sys.argv else is_healthy
    sys.exit(not asked(int(sys.argv[1]), allowed))
