"""From rows to people: who is on duty now on 1, 100 and 1,000 rosters, and a roster's final schedule, beside the floor
of one bare query and of one row read by the ORM. Nothing is cached between two questions."""

import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from datetime import time as clock_time

import django

# The tables' owner may have them analysed, as autovacuum does where rosters are older than a minute.
os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts import clock  # noqa: E402
from accounts.models import User  # noqa: E402
from benchmarks.table import print_machine, print_row  # noqa: E402
from oncall.models import Layer, Participant, Roster  # noqa: E402
from oncall.rota import schedule  # noqa: E402

ROUNDS = 20
ZONES = ("America/Los_Angeles", "Europe/Dublin", "Asia/Singapore", "Australia/Lord_Howe", "UTC")


def main() -> None:
    print_machine()
    with transaction.atomic():
        rosters = [made(number) for number in range(1000)]
        measure(rosters)
        transaction.set_rollback(True)


def made(number: int) -> int:
    """The peer's roster: two weekly layers and one daily 17:00-09:00 above them, eight people between them."""
    people = list(User.objects.order_by("pk").values_list("pk", flat=True)[:8])
    owner = people[0]
    roster = Roster.objects.create(
        slug=f"bench-{number}", name=f"Bench {number}", zone=ZONES[number % len(ZONES)], owner_id=owner
    )
    common = {"roster": roster, "anchor_on": date(2024, 1, 1), "handoff_time": clock_time(9)}
    night = {"turn_unit": "day", "rank": 2, "window_start": clock_time(17), "window_end": clock_time(9)}
    for name, those, more in (
        ("week", people[:3], {}),
        ("second", people[3:6], {}),
        ("night", people[6:], night),
    ):
        layer = Layer.objects.create(name=name, **common, **more)
        Participant.objects.bulk_create(
            Participant(layer=layer, group=place, person_id=person) for place, person in enumerate(those)
        )
    return roster.pk


def measure(rosters: list[int]) -> None:
    at = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print_row("floor: one bare query", [timed(bare_query) for _ in range(ROUNDS)])
    print_row(
        "floor: one row by the ORM", [timed(lambda: Roster.objects.get(pk=rosters[0])) for _ in range(ROUNDS)]
    )
    for count in (1, 100, 1000):
        asked = Roster.objects.filter(pk__in=rosters[:count])
        with CaptureQueriesContext(connection) as queries:
            asked.on_duty(at=at)
        spent = [timed(lambda asked=asked: asked.on_duty(at=at)) for _ in range(ROUNDS)]
        print_row(f"on duty now, {count} rosters ({len(queries)} queries)", spent)
    one = Roster.objects.filter(pk=rosters[0])
    for days in (1, 30, 365):
        span = at, at + timedelta(days=days)
        spent = [timed(lambda span=span: schedule(one.rules(span)[rosters[0]], *span)) for _ in range(ROUNDS)]
        print_row(f"final schedule, {days} days", spent)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def bare_query() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


if __name__ == "__main__":
    main()
