"""Plain data read field by field: what a value must be, and its path when it is not.

It knows objects, lists, dates and times; it must not know what a roster is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any, NoReturn

from oncall.layers import RotaError, Window

MOST = 5_000  # entries of one list; a longer one is a mistake, not a roster
LONGEST = 200
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")  # the last are halves of surrogate pairs

# Python reads more than people write: 0900, T0900, week dates. A file that means one thing is written in one way.
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")


def instant(written: Any, path: str) -> datetime:
    """An ISO instant with its offset. RotaError for anything else, a naive one included."""
    try:
        moment = datetime.fromisoformat(written)
    except (TypeError, ValueError):
        refuse(path, "Write a time as 2026-03-08T10:00:00Z.")
    if moment.tzinfo is None:
        refuse(path, "Add the offset from UTC, as in 2026-03-08T10:00:00Z.")
    return moment


class Fields:
    """An object of the file, read field by field, each by the name it has there."""

    def __init__(self, data: Any, path: str) -> None:
        self.path = path
        if not isinstance(data, Mapping):
            refuse(path or "file", "Give an object with named fields.")
        self.data = data
        self.known: set[str] = set()

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def get(self, name: str) -> Any:
        self.known.add(name)
        return self.data.get(name)

    def text(self, name: str, *, optional: bool = False, most: int = LONGEST) -> Any:
        value = self.get(name)
        if value is None and optional:
            return None
        if not is_text(value, most):
            refuse(self.at(name), f"Give a text of 1 to {most} characters, on one line.")
        return value

    def number(self, name: str, *, default: int | None = None, within: tuple[int, int] | None = None) -> int:
        value = self.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool):
            refuse(self.at(name), "Give a whole number.")
        if within and not within[0] <= value <= within[1]:
            refuse(self.at(name), f"Give a number from {within[0]} to {within[1]:,}.")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            refuse(self.at(name), "Write true or false.")
        return value

    def instant(self, name: str, *, optional: bool = False) -> Any:
        value = self.get(name)
        return None if value is None and optional else instant(value, self.at(name))

    def day(self, name: str, *, optional: bool = False) -> Any:
        value = self.get(name)
        if value is None and optional:
            return None
        return self._parsed(date.fromisoformat, value, name, "Write a date as 2026-03-08.", form=DATE)

    def clock(self, name: str) -> time:
        return self._parsed(
            time.fromisoformat, self.get(name), name, "Write a time of day as 09:00, up to 23:59.", form=CLOCK
        )

    def window(self, name: str) -> Window | None:
        value = self.get(name)
        if value is None:
            return None
        fields = Fields(value, self.at(name))
        window = Window(fields.clock("start"), fields.clock("end"))
        fields.nothing_else()
        return window

    def items(self, name: str) -> list[Any]:
        value = self.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            refuse(self.at(name), "Give a list.")
        if len(value) > MOST:
            refuse(self.at(name), f"A list holds at most {MOST} entries.")
        return value

    def each(self, name: str, read: Callable[["Fields"], Any]) -> Iterator[Any]:
        for place, item in enumerate(self.items(name)):
            fields = Fields(item, f"{self.at(name)}[{place}]")
            with named(fields.path):
                yield read(fields)
            fields.nothing_else()

    def named(self, name: str) -> Iterator[tuple[str, "Fields"]]:
        value = self.get(name)
        for key, item in ({} if value is None else Fields(value, self.at(name)).data).items():
            if not is_text(str(key)):
                refuse(self.at(name), f"Names are texts of 1 to {LONGEST} characters, on one line.")
            fields = Fields(item, f"{self.at(name)}.{key}")
            yield str(key), fields
            fields.nothing_else()

    def nothing_else(self, also: Iterable[str] = ()) -> None:
        """Refuse a field that means nothing: most likely it is misspelt, and would silently do nothing."""
        for name in self.data:
            if name not in self.known and name not in also:
                refuse(self.at(str(name)[:LONGEST]), "There is no such field.")

    def _parsed(
        self, parse: Callable[[str], Any], value: Any, name: str, help: str, *, form: re.Pattern[str]
    ) -> Any:
        try:
            if not form.fullmatch(value):
                raise ValueError
            return parse(value)
        except (TypeError, ValueError):
            refuse(self.at(name), help)


def is_text(value: Any, most: int = LONGEST) -> bool:
    """Whether it is a line of text that can be stored, shown and printed."""
    return (
        isinstance(value, str)
        and bool(value.strip())
        and len(value) <= most
        and not UNPRINTABLE.search(value)
    )


@contextmanager
def named(path: str) -> Iterator[None]:
    """What a rule refuses within is told with the whole path of its field."""
    try:
        yield
    except RotaError as refusal:
        if refusal.field.startswith(path):
            raise
        raise RotaError(f"{path}.{refusal.field}", refusal.message) from None


def refuse(path: str, message: str) -> NoReturn:
    raise RotaError(path, message)
