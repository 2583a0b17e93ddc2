"""What the rota core costs: `python -m benchmarks.rota` prints a table with the machine named.

Figures are for reading side by side on one machine; no test asserts them.
"""

import platform
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import chain
from os import cpu_count
from statistics import median
from timeit import Timer

from oncall.rota import Layer, Rota, Turn, Window, final_schedule, next_change, on_duty

START = datetime(2026, 3, 2, tzinfo=UTC)
AT = START + timedelta(hours=3)
ZONES = ("America/Los_Angeles", "Europe/Dublin", "Asia/Singapore", "Australia/Lord_Howe", "UTC")


def three_layers(number: int = 0) -> Rota:
    """Two weekly layers and one daily 17:00-09:00, eight people between them."""
    common = {"anchor_on": date(2024, 1, 1), "handoff_time": time(9)}
    people = [f"{number}-{letter}" for letter in "abcdefgh"]
    return Rota(
        zone=ZONES[number % len(ZONES)],
        depth=1,
        layers=(
            Layer(name="week", rank=1, turn=Turn(1, "week"), groups=tuple(zip(people[:3])), **common),
            Layer(name="second", rank=1, turn=Turn(1, "week"), groups=tuple(zip(people[3:6])), **common),
            Layer(
                name="night",
                rank=2,
                turn=Turn(1, "day"),
                window=Window(time(17), time(9)),
                groups=tuple(zip(people[6:])),
                **common,
            ),
        ),
    )


def milliseconds(work: Callable[[], object]) -> tuple[float, float]:
    """The best and the median of nine runs, each long enough to time."""
    timer = Timer(work)
    loops, _ = timer.autorange()
    runs = [run / loops * 1000 for run in timer.repeat(repeat=9, number=loops)]
    return min(runs), median(runs)


def schedules() -> Iterator[tuple[str, Callable[[], object], int]]:
    """The final schedule of one roster: (work, how, milliseconds we ask of ourselves)."""
    rota = three_layers()
    for days, aim in ((1, 2), (30, 4), (365, 15)):
        until = START + timedelta(days=days)
        yield f"final schedule, {days} days", partial(final_schedule, rota, START, until), aim


def moments() -> Iterator[tuple[str, Callable[[], object], int]]:
    """Who is on duty now, with building and checking the rotas and without."""
    for count, aim in ((1, 2), (100, 15), (1000, 100)):
        rotas = [three_layers(number) for number in range(count)]
        yield f"on duty now, {count} rosters", lambda rotas=rotas: [on_duty(rota, AT) for rota in rotas], aim
    yield "... and built first", lambda: [on_duty(three_layers(number), AT) for number in range(1000)], 100
    yield "next change, 1 roster", partial(next_change, rotas[0], AT), 2


def processor() -> str:
    """The processor's name where the system tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main() -> None:
    """Print the table."""
    print(f"{processor()}, {cpu_count()} cores, {platform.system()}, Python {platform.python_version()}")
    print(f"{'pure Python, milliseconds':<32}{'best':>10}{'median':>10}{'aim':>8}")
    for work, how, aim in chain(schedules(), moments()):
        best, middle = milliseconds(how)
        print(f"{work:<32}{best:>10.3f}{middle:>10.3f}{aim:>8}")


if __name__ == "__main__":
    main()
