"""The house rules a linter cannot hold: relations point down, rooms keep their size, nobody reads an incident
past the predicate."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
ORDER = {"accounts": 0, "oncall": 1, "incidents": 2, "escalations": 3, "postmortems": 3}
MOST_LINES_A_FILE, MOST_LINES_A_FUNCTION = 400, 50

# Longer than the rule allows, each with its reason.
EXCUSED: dict[str, str] = {}


def sources() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / line for line in listed.stdout.splitlines() if "/migrations/" not in line]
    return [path for path in files if path.exists()]


def test_relations_point_down():
    up = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in ORDER
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
        and ORDER.get(field.related_model._meta.app_label, 0) > ORDER[model._meta.app_label]
    ]  # fmt: skip
    assert not up


def test_siblings_are_not_related():
    assert not [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model is not None and not field.auto_created
        and {model._meta.app_label, field.related_model._meta.app_label} == {"escalations", "postmortems"}
    ]  # fmt: skip


def test_no_file_outgrows_its_room():
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources()}
    assert not {
        name: lines for name, lines in long.items() if lines > MOST_LINES_A_FILE and name not in EXCUSED
    }


def test_no_function_outgrows_a_screen():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= MOST_LINES_A_FUNCTION
    ]
    assert not [name for name in long if name not in EXCUSED]


def test_no_model_overrides_save():
    overriding = [
        m._meta.label for m in apps.get_models() if m._meta.app_label in ORDER and "save" in vars(m)
    ]
    assert not overriding


# Incidents are read through `visible_to`. What the product itself asks, for no person, has a name of its own.
ALLOWED_AFTER_OBJECTS = {"visible_to", "locked", "correlated", "create", "none"}
HANDED_ON = "Report.objects.visible_to("  # takes the incidents to narrow, and narrows them itself


@pytest.mark.parametrize(
    "path",
    [p for p in sources() if p.relative_to(ROOT).parts[0] in ORDER],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_incidents_are_read_through_the_predicate(path):
    text = path.read_text()
    for found in re.finditer(r"\bIncident\.objects\.(\w+)", text):
        line = text[text.rfind("\n", 0, found.start()) + 1 : text.find("\n", found.end())]
        assert found.group(1) in ALLOWED_AFTER_OBJECTS or HANDED_ON in line, line.strip()


def test_no_post_save_and_no_timer_in_the_broker():
    banned = re.compile(r"\bpost_save\b|\bpre_save\b|\bcountdown=|\beta=")
    assert not [
        str(path.relative_to(ROOT))
        for path in sources()
        if path.relative_to(ROOT).parts[0] in ORDER and banned.search(path.read_text())
    ]


ORACLES = sorted((ROOT / "tests" / "oracle").glob("*.py"))


@pytest.mark.parametrize("path", ORACLES, ids=lambda path: path.name)
def test_an_oracle_imports_the_standard_library_only(path):
    tree = ast.parse(path.read_text())
    named = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    named += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    own = [name for name in named if name.startswith("tests.oracle.")]
    foreign = [
        name for name in named if name not in own and name.split(".")[0] not in sys.stdlib_module_names
    ]
    assert foreign == []
