import ast
import subprocess
import sys

import pytest

from devstack.checks import addresses_in_locks
from devstack.places import ROOT

ROOMS = sorted((ROOT / "devstack").rglob("*.py"))


def run(*arguments: str, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, "run", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, **options)


def test_alone_it_lists_its_verbs():
    listed = run()
    verbs = {line.split()[1] for line in listed.stdout.splitlines()}
    assert verbs == {"demo", "test", "check", "install", "manage", "words", "bench", "faults", "screenshots"}
    assert listed.returncode == 0


def test_an_unknown_verb_fails_and_lists_them_on_stderr():
    refused = run("dmeo")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "./run demo" in refused.stderr


def test_the_command_itself_stays_small():
    assert len((ROOT / "run").read_text().splitlines()) <= 60


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.stem)
def test_a_room_needs_nothing_installed_to_be_imported(path):
    """Imports inside functions are for what runs in .venv; the rest must work before there is one."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = (
                [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            )
            tops = {name.split(".")[0] for name in names}
            assert tops <= sys.stdlib_module_names | {"devstack"}, f"{path.name}: {tops}"


def test_the_locks_name_no_host():
    assert addresses_in_locks() == []


def test_django_without_a_database_starts_nothing_and_keeps_its_status():
    asked = run("manage", "help", "no_such_command")
    assert asked.returncode != 0
    assert "no_such_command" in asked.stderr
    assert run("manage", "--version").stdout.startswith("5.2")
