"""The text of a roster file as plain data: JSON, or YAML read as JSON would be."""

import json
import re
from typing import Any

import yaml

from oncall.layers import RotaError, require

LARGEST = 2_000_000  # characters; a thousand people with a thousand overrides fit into a tenth of it
LARGEST_YAML = 250_000  # it takes a hundred times as long to read


class _Plain(yaml.SafeLoader):
    """YAML whose words mean what they look like: `17:00` is no number of seconds, `no` is a name, a date is text."""

    yaml_implicit_resolvers: dict[str, list] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            raise RotaError(_place(event.start_mark), "Write it out: aliases are not read.")
        if event.tag is not None:
            raise RotaError(_place(event.start_mark), "Leave the tag out: values mean what they look like.")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int):
                raise RotaError(_place(key_node.start_mark), "Name the field with a word.")
            if key in found:
                raise RotaError(_place(key_node.start_mark), f"The field {key} is there twice.")
            found[key] = self.construct_object(value_node, deep=deep)
        return found


for _tag, _form, _first in (
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("bool", r"^(?:true|false)$", list("tf")),
    ("int", r"^-?(?:0|[1-9][0-9]{0,18})$", list("-0123456789")),
):
    _Plain.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_form), _first)


def parsed(text: str) -> Any:
    """What the text says. RotaError, with the line, for what is neither JSON nor YAML."""
    require(len(text) <= LARGEST, "file", "A roster file has at most two million characters.")
    try:
        return json.loads(text, object_pairs_hook=_each_once)
    except json.JSONDecodeError:
        return _of_yaml(text)
    except RotaError:
        raise
    except RecursionError:
        raise RotaError("file", "It is nested too deeply.") from None
    except ValueError:
        raise RotaError("file", "A number in it is too large.") from None


def written(data: Any) -> str:
    """The same data as text, always the same."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _of_yaml(text: str) -> Any:
    require(len(text) <= LARGEST_YAML, "file", "Write a file of more than 250,000 characters as JSON.")
    try:
        return yaml.load(text, Loader=_Plain)  # noqa: S506 - it is a SafeLoader
    except RecursionError:
        raise RotaError("file", "It is nested too deeply.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise RotaError(_place(mark) if mark else "file", "This is neither JSON nor YAML.") from None
    except RotaError:
        raise
    except (ValueError, OverflowError):
        raise RotaError("file", "A character in it does not exist.") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        require(name not in found, "file", f"The field {name} is there twice in one object.")
        found[name] = value
    return found


def _place(mark: Any) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}"
