"""Whether the console itself says that it is up."""

import http.client

READY_WITHIN = 90


def is_healthy(port: int) -> bool:
    """Asked directly: a proxy of the caller's could not reach our loopback."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
