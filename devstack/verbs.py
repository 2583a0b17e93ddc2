"""The smaller verbs of ./run: each installs what it needs, then steps aside."""

import os
import shutil
import subprocess

from devstack import chromium, environment
from devstack.demo import Demo
from devstack.manage import become
from devstack.places import ROOT, Refused, hold, say, throwaway_directory
from devstack.ports import free_port
from devstack.supervisor import listen_for_stop, stop_listening


def install(arguments: list[str]) -> int:
    environment.install(environment.CHECK)
    return 0


def test(arguments: list[str]) -> int:
    environment.install(environment.TEST)
    chromium.install_where_possible()
    # Whoever names tests wants them one at a time; the whole suite takes every core.
    return become([str(environment.PYTHON), "-m", "pytest", *(arguments or ["-n", "auto"])], dict(os.environ))


def words(arguments: list[str]) -> int:
    environment.install(environment.TEST)
    return become([str(environment.PYTHON), "-m", "devstack.catalogue"], dict(os.environ))


def bench(arguments: list[str]) -> int:
    environment.install(environment.TEST)
    known = [path.stem for path in sorted((ROOT / "benchmarks").glob("[!_]*.py"))]
    chosen = arguments or known
    if unknown := set(chosen) - set(known):
        raise Refused(f"no benchmark {', '.join(unknown)}; there are: {', '.join(known)}.")
    return beside_a_demo([["-m", f"benchmarks.{name}"] for name in chosen])


def faults(arguments: list[str]) -> int:
    environment.install(environment.TEST)
    return become([str(environment.PYTHON), "-m", "faults", *arguments], dict(os.environ))


def screenshots(arguments: list[str]) -> int:
    environment.install(environment.TEST)
    chromium.install_where_possible()
    return beside_a_demo([["-m", "tests.browser.screenshots", *arguments]])


def beside_a_demo(programs: list[list[str]]) -> int:
    """In a throwaway demo, seeded afresh: nobody's own data takes part, and none is left."""
    state = throwaway_directory()
    listen_for_stop()
    with hold(state / "owner.lock"):
        console = Demo(state, free_port())
        try:
            say("starting a demo to measure in")
            console.start()
            return max(_run(program, console.env) for program in programs)
        except KeyboardInterrupt:
            return 130
        finally:
            stop_listening()
            console.stop()
            shutil.rmtree(state, ignore_errors=True)


def _run(program: list[str], env: dict[str, str]) -> int:
    return subprocess.run([str(environment.PYTHON), *program], cwd=ROOT, env=env).returncode
