"""Who is on duty now, from rows to people: the demo's rosters, beside the floor of one bare query."""

import time

import django

django.setup()

from django.db import connection  # noqa: E402

from accounts import clock  # noqa: E402
from benchmarks.table import print_machine, print_row  # noqa: E402
from oncall.models import Roster  # noqa: E402

ROUNDS = 50


def main() -> None:
    print_machine()
    at = clock.now()
    rosters = Roster.objects.count()

    def timed(work) -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    def bare_query() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    print_row("floor: one bare query", [timed(bare_query) for _ in range(ROUNDS)])
    print_row(
        "on duty now, one roster",
        [timed(lambda: Roster.objects.filter(slug="duty").on_duty(at=at)) for _ in range(ROUNDS)],
    )
    print_row(
        f"on duty now, all {rosters} rosters",
        [timed(lambda: Roster.objects.on_duty(at=at)) for _ in range(ROUNDS)],
    )


if __name__ == "__main__":
    main()
