"""How benchmark figures are shown: the machine first, then one row a measurement."""

import os
import platform
import statistics
from collections.abc import Sequence


def print_machine() -> None:
    load = os.getloadavg()[0]
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; load before: {load:.1f}"
    )


def print_row(name: str, seconds: Sequence[float]) -> float:
    """`name`, how many, p50, p95 and p99 in milliseconds; the median in seconds, for ratios."""
    ordered = sorted(seconds)
    p50 = statistics.median(ordered)
    p95, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.95, 0.99))
    figures = "".join(
        f"  {word} {value * 1000:8.1f} ms" for word, value in (("p50", p50), ("p95", p95), ("p99", p99))
    )
    print(f"{name:<64} {len(ordered):>5}{figures}", flush=True)
    return p50
