"""The documents say what the code does, where a machine can tell."""

import re
import subprocess
from pathlib import Path

import pytest

from incidents.choices import EntryKind

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SETTINGS = re.findall(r'\benv\.\w+\(\s*"(\w+)"', (ROOT / "config/settings.py").read_text())
# Put together, so that this file does not name what it looks for.
NOT_OURS = re.compile(r"(?<![\w.])/" + r"(work|root)/|\.\./" + "shared")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_operations_names_every_setting_the_code_reads():
    told = (DOCS / "operations.md").read_text()
    assert [name for name in SETTINGS if f"| `{name}` |" not in told] == []


def test_twelve_settings_at_most_are_read():
    assert 0 < len(set(SETTINGS)) <= 12


def test_the_glossary_names_every_timeline_kind():
    told = (DOCS / "glossary.md").read_text().partition("**Timeline kinds**")[2].partition("\n## ")[0]
    assert [kind for kind in EntryKind.values if f"`{kind}`" not in told] == []


def test_architecture_fits_its_pages_and_every_decision_its_own():
    assert len((DOCS / "architecture.md").read_text().splitlines()) <= 150
    records = sorted((DOCS / "adr").glob("*.md"))
    assert [path.name for path in records if len(path.read_text().splitlines()) > 40] == []
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))


@pytest.mark.parametrize(
    "document", sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")]), ids=lambda path: path.name
)
def test_every_link_and_path_in_a_document_leads_somewhere(document):
    text = document.read_text()
    linked = [document.parent / found for found in re.findall(r"\]\((?!https?:)([^)#]+)\)", text)]
    named = [ROOT / found for found in re.findall(r"`((?:[\w.]+/)+[\w.-]*\.(?:py|md|sql|toml))`", text)]
    inside_apps = {
        path for path in named if not path.exists() and list(ROOT.glob(f"*/{path.relative_to(ROOT)}"))
    }
    assert [str(path) for path in {*linked, *named} - inside_apps if not path.exists()] == []


def test_no_tracked_file_names_a_machine_of_ours():
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        for number, line in enumerate(path.read_text(errors="ignore").splitlines(), 1)
        if NOT_OURS.search(line)
    ]
    assert found == []
