"""Ports of loopback that nobody listens on."""

import random
import socket

from devstack.places import Refused, say

# Below those that the kernel hands to whoever connects somewhere: nothing takes one between our look and our bind.
QUIET = range(20_000, 32_000)


def free_port(preferred: int = 0) -> int:
    """`preferred` where it is free, so that links of the last demo keep working."""
    others = random.SystemRandom().sample(QUIET, 100)
    for candidate in [preferred, *others] if preferred else others:
        if is_free(candidate):
            return candidate
    raise Refused("no free port was found on this machine.")


def is_free(port: int) -> bool:
    try:
        return _bound(port) == port
    except OSError:
        return False


def next_free(port: int) -> int:
    for candidate in range(port, min(port + 100, 65536)):
        if is_free(candidate):
            if candidate != port:
                say(f"port {port} is busy; taking {candidate}")
            return candidate
    raise Refused(f"no free port from {port} on; name another with --port.")


def _bound(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return probe.getsockname()[1]
