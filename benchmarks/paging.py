"""Report accepted → handed to a provider: one at a time, fifty a second for a minute, and two thousand as fast as they
are accepted, spread over 200 people and once more with one. Beside it the floor, measured in the same run: the bare
durable transactions that so many reports take, and the bare SMTP sends.

A page that leaves in one mail with others was handed over when that mail was."""

import smtplib
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from itertools import cycle

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import close_old_connections, connection  # noqa: E402

from benchmarks._paging import Desk, report, set_up, wait_until_attempted  # noqa: E402
from benchmarks.table import print_machine, print_row  # noqa: E402

ONE_BY_ONE = 100
BURST_RATE, BURST_SECONDS = 50, 60
STORM, CONNECTIONS = 2000, 8
# What the least engine commits for a page: the report, the step, the claim and the outcome.
COMMITS = 4


def main() -> None:
    print_machine()
    desks = set_up()
    settle_in(desks)
    floor, floor_rate = measure_floor()
    ours = one_by_one(desks)
    print(f"ratio of the medians, one at a time to the floor: {ours / floor:.1f}")
    burst(desks)
    rate = storm("spread over 200 people", desks)
    print(f"ratio of the rates, the floor to the storm: {floor_rate / rate:.1f}")
    storm("with one person", desks[:1])


def settle_in(desks: Sequence[Desk]) -> None:
    """The first of everything imports, connects and caches."""
    wait_until_attempted([report(desk)[0] for desk in desks[:5]], within=60, look_every=0.1)


def measure_floor() -> tuple[float, float]:
    """The median of one bare page in seconds, and how many a second come of as many connections as the storm has."""
    print_row("floor: one bare transaction", [timed(bare_transaction) for _ in range(200)])
    print_row("floor: one bare SMTP send", [timed(bare_mail) for _ in range(200)])
    page = print_row(
        f"floor: a bare page ({COMMITS} transactions, 1 send)", [timed(bare_page) for _ in range(200)]
    )
    began = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(lambda _: bare_page(), range(STORM)))
    rate = STORM / (time.perf_counter() - began)
    print(f"floor: {STORM} bare pages over {CONNECTIONS} connections: {rate:.0f} a second")
    return page, rate


def one_by_one(desks: Sequence[Desk]) -> float:
    delays = []
    for desk, _ in zip(cycle(desks), range(ONE_BY_ONE)):
        key, _sent, accepted = report(desk)
        found = wait_until_attempted([key], within=30, look_every=0.02)
        delays.append(max(found[key] - accepted, 0.0))
    return print_row("accepted to first attempt, one at a time", delays)


def burst(desks: Sequence[Desk]) -> None:
    """At a steady rate, whatever the answers take."""
    began = time.time()

    def at_its_time(number: int) -> tuple[str, float, float]:
        time.sleep(max(began + number / BURST_RATE - time.time(), 0))
        return report(desks[number % len(desks)])

    with ThreadPoolExecutor(16) as threads:
        accepted = list(threads.map(at_its_time, range(BURST_RATE * BURST_SECONDS)))
    took = time.time() - began
    show(f"under {BURST_RATE}/s for {BURST_SECONDS} s", accepted)
    print(f"  {len(accepted) / took:.0f} a second were accepted")


def storm(name: str, desks: Sequence[Desk]) -> float:
    """Attempts a second, from the first report sent to the last attempt."""
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        accepted = list(
            threads.map(report, [desk for desk, _ in zip(cycle(desks), range(STORM))], timeout=600)
        )
    began = min(sent for _, sent, _ in accepted)
    last = show(f"{STORM} at once, {name}", accepted)
    answered = max(at for *_, at in accepted) - began
    rate = STORM / (last - began)
    print(
        f"  {STORM / answered:.0f} a second were accepted; all attempted after {last - began:.1f} s,"
        f" {rate:.0f} a second"
    )
    return rate


def show(name: str, accepted: Sequence[tuple[str, float, float]]) -> float:
    """When the last of them was attempted."""
    found = wait_until_attempted([key for key, *_ in accepted], within=900, look_every=0.5)
    print_row(f"accepted to first attempt, {name}", [max(found[key] - at, 0.0) for key, _, at in accepted])
    return max(found.values())


def bare_page() -> None:
    for _ in range(COMMITS):
        bare_transaction()
    bare_mail()


def bare_transaction() -> None:
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_heartbeat VALUES ('bench ' || gen_random_uuid()::text::varchar(20), now())"
            " ON CONFLICT (process) DO UPDATE SET beat_at = excluded.beat_at"
        )


def bare_mail() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "bench@localhost", "bench@localhost", "bare"
    mail.set_content("bare")
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, local_hostname="localhost") as server:
        server.send_message(mail)


def timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
