"""Taking fields out of somebody else's JSON: each is checked, and all that is wrong is said at once. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

from incidents.doors import BadEventError


class Fields:
    """One JSON object on its way in. What is wrong is collected; `check` raises it."""

    def __init__(self, told: Any, within: str = "", errors: list[str] | None = None):
        self.errors: list[str] = [] if errors is None else errors
        self.within = within
        self.told: Mapping[str, Any] = told if isinstance(told, dict) else {}
        if not isinstance(told, dict):
            self.errors.append(f"{within.removesuffix('.') or 'event'}: Must be a JSON object.")

    def text(self, name: str, *, most: int, required: bool = True) -> str:
        """A text, or a number as one; "" where it is missing and may be."""
        value = self.told.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if value is None or (isinstance(value, str) and not value.strip()):
            return self._wrong(name, "Required.") if required else ""
        if not isinstance(value, str):
            return self._wrong(name, "Must be text.")
        if len(value) > most:
            return self._wrong(name, f"At most {most} characters.")
        return value.strip()

    def choice(self, name: str, among: Collection[str]) -> str:
        value = self.told.get(name)
        if not isinstance(value, str) or value not in among:
            return self._wrong(name, f"Must be one of {', '.join(among)}.")
        return value

    def inner(self, name: str) -> "Fields":
        """The object under a name; what is wrong in it is said with its path."""
        return Fields(self.told.get(name), f"{self.within}{name}.", self.errors)

    def check(self) -> None:
        if self.errors:
            raise BadEventError(self.errors)

    def _wrong(self, name: str, sentence: str) -> str:
        self.errors.append(f"{self.within}{name}: {sentence}")
        return ""


def named_harm_type(told: Any) -> str | None:
    """The harm type something names for itself, as text whatever it is; None where it names none."""
    named = told.get("harm_type") if isinstance(told, dict) else None
    return None if named is None or named == "" else str(named)[:40]


def without(body: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}
