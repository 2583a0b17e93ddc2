"""The text of a roster file as plain data: JSON, or YAML read as JSON would be."""

import json
import re
from typing import Any

import yaml

from oncall.layers import RotaError, require

LARGEST = 2_000_000  # characters; a thousand people with a thousand overrides fit into a tenth of it


class _Plain(yaml.SafeLoader):
    """YAML whose words mean what they look like: `17:00` is no number of seconds, `no` is a name, a date is text."""

    yaml_implicit_resolvers: dict[str, list] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise RotaError("file", "Write it out: aliases are not read.")
        return super().compose_node(parent, index)


for _tag, _form, _first in (
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("bool", r"^(?:true|false)$", list("tf")),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
):
    _Plain.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_form), _first)


def parsed(text: str) -> Any:
    """What the text says. RotaError, with the line, for what is neither JSON nor YAML."""
    require(len(text) <= LARGEST, "file", "A roster file has at most two million characters.")
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        pass
    except RecursionError:
        raise RotaError("file", "It is nested too deeply.") from None
    try:
        return yaml.load(text, Loader=_Plain)  # noqa: S506 - it is a SafeLoader
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "file"
        raise RotaError(where, "This is neither JSON nor YAML.") from None


def written(data: Any) -> str:
    """The same data as text, always the same."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
