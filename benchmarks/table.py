"""How benchmark figures are shown: the machine first, then one row a measurement."""

import platform
import statistics
from collections.abc import Sequence
from os import cpu_count


def print_machine() -> None:
    print(f"{platform.machine()}, {cpu_count()} cores, Python {platform.python_version()}")


def print_row(name: str, seconds: Sequence[float]) -> float:
    """`name`, how many, p50 and p99 in milliseconds; the median in seconds, for ratios."""
    ordered = sorted(seconds)
    p50 = statistics.median(ordered)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"{name:<52} {len(ordered):>5}  p50 {p50 * 1000:8.1f} ms  p99 {p99 * 1000:8.1f} ms")
    return p50
