"""A poke to 500 open browsers: published → read by each of them, beside the floor of a bare Redis publish to as
many bare subscribers read the same way; and what the stream's process weighs with and without them."""

import asyncio
import json
import os
import time
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402

from accounts import clock  # noqa: E402
from accounts.models import AccessProfile, User  # noqa: E402
from accounts.poke import _client  # noqa: E402
from benchmarks.table import print_machine, print_row  # noqa: E402
from incidents.actions.live import CHANNEL  # noqa: E402

LISTENERS = 500
ROUNDS = 40
STREAM = urlsplit(settings.STREAM_URL)
REDIS = urlsplit(settings.REDIS_URL)


def main() -> None:
    print_machine()
    cookie, profile = signed_in()
    poke = json.dumps({"kind": "incident", "pk": 0, "code": "WF-000000", "profile": profile})
    asyncio.run(measured(cookie, poke))


async def measured(cookie: str, poke: str) -> None:
    subscribe = f"AUTH {REDIS.password}\r\nSUBSCRIBE bench\r\n" if REDIS.password else "SUBSCRIBE bench\r\n"
    floor = await said_to_all(REDIS, subscribe, b"$5", "bench", "word", b"word")
    print_row(f"floor: bare publish to {LISTENERS} subscribers", floor)
    idle = resident_kilobytes()
    ask = f"GET {STREAM.path} HTTP/1.1\r\nHost: {STREAM.netloc}\r\nCookie: session={cookie}\r\n\r\n"
    ours = await said_to_all(STREAM, ask, b"retry", CHANNEL, poke, b"data: incident", weigh=idle)
    print_row(f"poke to {LISTENERS} open browsers", ours)
    print(f"ratio of the medians, ours to the floor: {median(ours) / median(floor):.1f}")


async def said_to_all(address, hello, ready: bytes, channel, message, marker: bytes, weigh=0) -> list[float]:
    """Seconds from each of the publishes to each of the listeners."""
    began = time.perf_counter()
    connections = [await asyncio.open_connection(address.hostname, address.port) for _ in range(LISTENERS)]
    for _, writer in connections:
        writer.write(hello.encode())
    await asyncio.gather(*(arrival(reader, ready) for reader, _ in connections))
    if weigh:
        print(f"{LISTENERS} browsers signed in and listening within {time.perf_counter() - began:.1f} s")
        more = resident_kilobytes() - weigh
        print(f"stream process: {weigh / 1024:.0f} MB idle, {more / 1024:+.1f} MB with {LISTENERS} listeners")
    await asyncio.sleep(1)
    delays: list[float] = []
    for _ in range(ROUNDS):
        waiting = [asyncio.create_task(arrival(reader, marker)) for reader, _ in connections]
        await asyncio.sleep(0.05)
        began = time.perf_counter()
        await asyncio.to_thread(_client().publish, channel, message)
        delays += [at - began for at in await asyncio.gather(*waiting)]
    for _, writer in connections:
        writer.close()
    return delays


async def arrival(reader: asyncio.StreamReader, marker: bytes) -> float:
    while marker not in (line := await reader.readline()):
        assert line, "the connection ended"
    return time.perf_counter()


def signed_in() -> tuple[str, int]:
    """A session of somebody to whom the open profile is open, and that profile."""
    profile = AccessProfile.objects.get(slug="open")
    for person in User.objects.active().with_holdings():
        if profile.pk in AccessProfile.objects.split_for(person.subject(at=clock.now()), "view")[0]:
            break
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return session.session_key, profile.pk


def resident_kilobytes() -> int:
    """What the stream's process holds in memory, found by its port."""
    wanted = f"--port\0{STREAM.port}\0".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        if (entry / "cmdline").exists() and wanted in (entry / "cmdline").read_bytes():
            status = (entry / "status").read_text()
            return int(status.partition("VmRSS:")[2].split()[0])
    raise SystemExit("no stream process found")


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main()
