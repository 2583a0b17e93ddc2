"""python -m faults [ROW …]: plays the fault table. The whole of it is stored; a part of it is only printed. With
`--soak MINUTES` it plays a random mixture of everything instead."""

import argparse
import random
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

from devstack.supervisor import listen_for_stop, stop_listening
from faults import book
from faults.ground import Ground

# The quick rows are played beside tests, on machines that may be short of everything: they judge what was lost, doubled
# and left silent there, and no more than that it came at all. The figures are the whole table's.
SHORT_SLACK = 10


def main() -> int:
    options = parsed()
    machine, began = book.machine(), datetime.now(UTC)
    ground = Ground()
    listen_for_stop()
    try:
        ground.start()
        import django

        django.setup()
        if options.soak:
            from faults import soak

            return soak.play(ground, minutes=options.soak, seed=options.seed)
        return play(ground, options, machine, began)
    except KeyboardInterrupt:
        return 130
    finally:
        stop_listening()
        if options.keep_logs:
            ground.keep_logs(options.keep_logs)
        ground.stop()


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run faults", description=__doc__)
    parser.add_argument("rows", nargs="*", type=int, help="which rows; all of them, and stored, without")
    parser.add_argument("--short", action="store_true", help="the quick ones, once each")
    parser.add_argument("--keep-logs", type=Path, help="where to put what the processes said")
    parser.add_argument("--facts", action="store_true", help="say what else was found")
    parser.add_argument(
        "--soak", type=float, metavar="MINUTES", help="no rows: all faults at random for so long"
    )
    parser.add_argument(
        "--seed", type=int, default=random.randrange(10**6), help="of a soak, to do the same again"
    )
    return parser.parse_args()


def play(ground: Ground, options: argparse.Namespace, machine: dict, began: datetime) -> int:
    import faults.rows  # noqa: F401  they need Django's settings
    from faults import table

    slack = SHORT_SLACK if options.short else 1
    if unknown := set(options.rows) - set(book.ROWS):
        print(f"watchfloor: no row {', '.join(map(str, sorted(unknown)))}", file=sys.stderr)
        return 2
    standing = table.standing() if not options.rows and not options.short else None
    rows = [row for row in table.chosen(options.rows) if row.short or not options.short]
    print(f"{machine['cores']} cores, load before: {machine['load_before']}", flush=True)
    for row in rows:
        for name in row.short if options.short else row.variants:
            row.runs.append(play_one(ground, row, name, slack))
        print("\n".join([table.line(row), *table.troubles(row)]), flush=True)
        if options.facts:
            print(
                *(f"     {run.variant}: {run.facts} {run.seconds[-20:]}" for run in row.runs),
                sep="\n",
                flush=True,
            )
    if standing:
        table.store(table.record(rows, standing=standing, began=began, machine=machine))
    return 0 if table.is_green(rows) else 1


def play_one(ground: Ground, row: book.Row, name: str, slack: int) -> book.Run:
    """What goes wrong on the way is no pass: it stands in the run as what did not hold."""
    from faults.stage import Stage

    run = book.Run(name, slack)
    with Stage(ground, f"fault_{row.number}_{len(row.runs)}", slack) as stage:
        try:
            row.variants[name](stage, run)
        except book.NotRunError as why:
            run.not_run = str(why)
        except Exception as error:
            run.wrong.append(f"{type(error).__name__}: {error}"[:300])
            traceback.print_exc()
        run.simulated, run.ended = stage.simulated, time.time()
        if not run.not_run:
            run.hold(run.lost == 0, f"{run.lost} lost")
    return run


if __name__ == "__main__":
    sys.exit(main())
