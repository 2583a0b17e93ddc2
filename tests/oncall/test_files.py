"""Roster files that cannot be meant: each refused with the path of its field, by the preview and by the command line.

No test here may touch a database: they do not ask for one, and pytest-django refuses whoever connects without asking.
"""

import json
import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings

from oncall.documents import parsed
from oncall.files import read
from oncall.filing import told
from oncall.layers import RotaError
from oncall.preview import preview
from tests.oncall.bad_files import BAD, TEXTS, WHOLE, changed
from tests.oncall.rosters import utc
from tests.oncall.strategies import roster_files

ROOT = Path(__file__).resolve().parents[2]
START, END = utc("2026-03-02"), utc("2026-03-09")


def commanded(path, *more, starts="2026-03-02T00:00:00Z", ends="2026-03-09T00:00:00Z"):
    """What the command prints."""
    out = StringIO()
    call_command("roster_preview", str(path), "--from", starts, "--to", ends, *more, stdout=out)
    return json.loads(out.getvalue())


def test_the_file_that_each_is_made_from_is_good():
    assert preview(WHOLE, START, END)["shifts"]


@pytest.mark.parametrize(("where", "what", "field"), BAD, ids=lambda it: str(it)[:30])
def test_what_cannot_be_meant_is_refused_with_its_field(tmp_path, where, what, field):
    data = changed(where, what)
    with pytest.raises(RotaError) as refused:
        preview(data, START, END)
    assert refused.value.field == field
    path = tmp_path / "roster.json"
    path.write_text(json.dumps(data))
    with pytest.raises(CommandError, match=r"^" + field.replace("[", r"\[") + ": [A-Z]"):
        commanded(path)


@pytest.mark.parametrize(("text", "field", "words"), TEXTS, ids=lambda it: it[:20])
def test_what_is_no_document_is_refused_with_its_line(tmp_path, text, field, words):
    with pytest.raises(RotaError) as refused:
        preview(parsed(text), START, END)
    assert refused.value.field.startswith(field)
    assert words in refused.value.message
    path = tmp_path / "roster.yaml"
    path.write_text(text)
    with pytest.raises(CommandError, match=words):
        commanded(path)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"starts": "2026-03-02T00:00:00"}, "--from"),
        ({"starts": "soon"}, "--from"),
        ({"ends": "2026-03-02T00:00:00Z"}, "--to"),
        ({"ends": "2026-03-01T00:00:00Z"}, "--to"),
        ({"ends": "2046-03-01T00:00:00Z"}, "--to"),
        ({"ends": "2300-03-01T00:00:00Z"}, "--to"),
    ],
    ids=str,
)
def test_a_window_that_cannot_be_is_refused_by_its_option(tmp_path, asked, field):
    path = tmp_path / "roster.json"
    path.write_text(json.dumps(WHOLE))
    with pytest.raises(CommandError, match=f"^{field}: "):
        commanded(path, **asked)
    with pytest.raises(CommandError, match=r"^--at: "):
        commanded(path, "--at", "2026-03-02T00:00:00")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "latin.json").write_bytes(b'{"zone": "\xff"}')
    for path in (tmp_path / "nowhere.json", tmp_path, tmp_path / "latin.json"):
        with pytest.raises(CommandError, match=str(path)):
            commanded(path)


def test_a_temporary_roster_ends_after_it_begins_and_is_silent_outside():
    roster = {**WHOLE, "begins_at": "2026-03-03T00:00:00Z", "ends_at": "2026-03-04T00:00:00Z"}
    found = preview(roster, START, END)
    assert {(it["starts_at"], it["ends_at"]) for it in found["shifts"]} == {
        ("2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z")
    }
    assert found["gaps"] == []
    with pytest.raises(RotaError, match=r"^ends_at: "):
        preview({**roster, "ends_at": roster["begins_at"]}, START, END)


def test_a_window_of_equal_times_is_24_hours():
    roster = changed("layers.0.window", {"start": "09:00", "end": "09:00"})
    roster["layers"] = [{**roster["layers"][0], "working_days": None}]
    assert preview({"zone": "UTC", "layers": roster["layers"]}, START, END)["gaps"] == []


def test_a_roster_without_layers_is_one_gap():
    found = preview({"zone": "UTC", "layers": []}, START, END)
    assert found["gaps"] == [{"starts_at": "2026-03-02T00:00:00Z", "ends_at": "2026-03-09T00:00:00Z"}]


def test_json_and_yaml_say_the_same(tmp_path):
    both = tmp_path / "roster.json", tmp_path / "roster.yaml"
    both[0].write_text("\ufeff" + json.dumps(WHOLE), encoding="utf-8")
    both[1].write_text(yaml.safe_dump(WHOLE))
    assert commanded(both[0]) == commanded(both[1]) == preview(WHOLE, START, END)


def test_yaml_words_mean_what_they_look_like():
    told = parsed("a: 17:00\nb: no\nc: 2026-03-08\nd: 010\ne: 1\nf: null\ng: true\nh: 1e3\n")
    assert told == {
        "a": "17:00",
        "b": "no",
        "c": "2026-03-08",
        "d": "010",
        "e": 1,
        "f": None,
        "g": True,
        "h": "1e3",
    }


def test_versions_of_a_layer_may_follow_one_another_and_not_overlap():
    edit = "2026-03-04T00:00:00Z"
    first, then = (
        {**WHOLE["layers"][1], "effective_until": edit},
        {**WHOLE["layers"][1], "effective_from": edit, "participants": [["p5"]]},
    )
    found = preview({"zone": "UTC", "layers": [then, first]}, START, END)["shifts"]
    assert [it["people"] for it in found] == [["p4"], ["p5"]]
    with pytest.raises(RotaError) as refused:
        preview({"zone": "UTC", "layers": [then, first | {"effective_until": None}]}, START, END)
    assert refused.value.field == "layers[1].name"


def in_a_process(path, *more):
    """The command as people start it, where no database could be reached."""
    nowhere = {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    command = ["manage.py", "roster_preview", str(path), "--from", START.isoformat(), "--to", END.isoformat()]
    return subprocess.run(
        [sys.executable, *command, *more],
        cwd=ROOT,
        env=os.environ | nowhere,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_command_needs_no_database(tmp_path):
    path = tmp_path / "roster.json"
    path.write_text(json.dumps(WHOLE))
    done = in_a_process(path, "--at", "2026-03-03T12:00:00-05:00")
    at = START + timedelta(days=1, hours=17)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == preview(WHOLE, START, END, at=at)


def test_the_command_works_in_an_empty_environment(tmp_path):
    path = tmp_path / "roster.json"
    path.write_text(json.dumps(WHOLE))
    command = ["manage.py", "roster_preview", str(path), "--from", START.isoformat(), "--to", END.isoformat()]
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env={}, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == preview(WHOLE, START, END)


def test_no_other_command_starts_without_its_settings():
    done = subprocess.run(
        [sys.executable, "manage.py", "roster_export", "duty"], cwd=ROOT, env={}, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, "SECRET_KEY must be set" in done.stderr) == (1, True)


def test_the_command_tells_bad_input_in_one_line(tmp_path):
    path = tmp_path / "roster.json"
    path.write_text(json.dumps(changed("layers.0.window.start", "25:00")))
    done = in_a_process(path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "CommandError: layers[0].window.start: Write a time of day as 09:00, up to 23:59.\n"


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(roster_files())
def test_a_file_written_from_its_rules_means_the_same_and_is_written_the_same(question):
    file = read(question[0] | {"is_paged": True})  # as every file that is written says or denies
    data = json.loads(json.dumps(told(file)))
    again = read(data)
    assert (again.rota, again.needs, again.people, again.offers) == (
        file.rota,
        file.needs,
        file.people,
        file.offers,
    )
    assert told(again) == data
