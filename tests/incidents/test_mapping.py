"""Where a mapping rule looks, and when it holds."""

from dataclasses import dataclass

import pytest

from incidents import mapping


@dataclass
class Rule:
    path: str
    value: str


EVENT = {
    "payload": {"custom_details": {"team": "Child-Safety", "tags": ["a", "urgent"], "app.io/name": "hash"}},
    "alerts": [{"labels": {"team": "one"}}, {"labels": {"team": "two"}}],
    "count": 40,
    "share": 0.5,
    "live": True,
    "nothing": None,
    "a": {"b": {"c": "inner"}, "b.c": "outer"},
}


@pytest.mark.parametrize(
    ("path", "value", "held"),
    [
        ("payload.custom_details.team", "child-safety", True),
        ("payload.custom_details.team", " Child-Safety ", True),
        ("payload.custom_details.team", "child", False),
        ("payload.custom_details.tags", "urgent", True),
        ("payload.custom_details.app.io/name", "hash", True),
        ("alerts.labels.team", "two", True),
        ("alerts.labels.team", "three", False),
        ("count", "40", True),
        ("share", "0.5", True),
        ("live", "TRUE", True),
        ("nothing", "None", False),
        ("payload", "x", False),
        ("payload.missing.team", "x", False),
        ("count.more", "40", False),
        ("a.b.c", "inner", True),
        ("a.b.c", "outer", True),
    ],
)
def test_a_rule_holds_where_its_value_stands_at_the_end_of_its_path(path, value, held):
    assert mapping.holds(Rule(path, value), EVENT) is held


def test_the_first_rule_counts_wherever_it_holds():
    rules = [Rule("x", "1"), Rule("labels.team", "two"), Rule("count", "40")]
    assert mapping.first(rules, {"labels": {"team": "two"}}, EVENT) is rules[1]
    assert mapping.first(rules, {}, EVENT) is rules[2]
    assert mapping.first(rules, {}, {}) is None


def test_a_path_through_a_wide_event_is_walked_once():
    """Names may hold dots, and still no event makes it try every way to cut a path."""
    body: dict = {}
    for _ in range(60):
        body = {"a": body, "a.a": body}
    name = ".".join(["a"] * 100)
    found = list(mapping.at({"a": {"a": 1}, "a.a": 1}, ["a", "a"]))
    assert found == ["1", "1"]
    flat = {".".join(["a"] * n): {"b": n} for n in range(1, 100)}
    assert not mapping.holds(Rule(name, "x"), flat)
