"""The lines of an .ics file: whether they are any, whether its blocks close, and where each event stands, so that
whatever is wrong with the file can be told by its line. What the lines mean is for `absences`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from django.utils.translation import gettext as _

NAME = re.compile(r"([A-Za-z0-9-]+)[;:]")
END_OF_LINE = re.compile(r"\r\n|\n|\r")


class CalendarError(ValueError):
    """This cannot be a calendar: `where` is the line and field, `message` what is wrong, in a sentence for people."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.where = where
        self.message = message


@dataclass(slots=True)
class Lines:
    """Where an event of the file stands: the line it begins on, and that of each of its fields."""

    begin: int
    fields: dict[str, int] = field(default_factory=dict)

    def refuse(self, name: str, message: str) -> NoReturn:
        raise CalendarError(_("line %(line)s, %(field)s") % {"line": self.line(name), "field": name}, message)

    def line(self, name: str) -> int:
        return self.fields.get(name, self.begin)


def events(text: str) -> Iterator[Lines]:
    """Where each event stands, in order. Refuses lines that are none, and blocks that do not close."""
    blocks: list[str] = []
    event: Lines | None = None
    number = 0
    for number, line in _content(text):
        name, value = _parted(line, number)
        if not blocks and (name, value) != ("BEGIN", "VCALENDAR"):
            raise CalendarError(_line(number), _("A calendar file begins with BEGIN:VCALENDAR."))
        if name == "BEGIN":
            if value == "VEVENT" and blocks != ["VCALENDAR"]:
                raise CalendarError(_line(number), _("An event begins here within something else."))
            blocks.append(value)
            event = Lines(number) if value == "VEVENT" else event
        elif name == "END":
            if (block := blocks.pop()) != value:
                words = _("This closes %(this)s, and %(other)s is open.")
                raise CalendarError(_line(number), words % {"this": value, "other": block})
            if event and value == "VEVENT":
                yield event
        elif event and blocks[-1] == "VEVENT":
            event.fields.setdefault(name, number)
    if blocks or not number:
        words = _("The file ends too early: %(block)s is still open.")
        raise CalendarError(_line(number or 1), words % {"block": blocks[-1] if blocks else "VCALENDAR"})


def _content(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are no continuation of another, by number."""
    for number, line in enumerate(END_OF_LINE.split(text), start=1):
        if line and line[0] not in " \t":
            yield number, line


def _parted(line: str, number: int) -> tuple[str, str]:
    found = NAME.match(line)
    if not found or ":" not in line:
        raise CalendarError(_line(number), _("This is no line of a calendar file."))
    return found[1].upper(), line.partition(":")[2].strip().upper()


def _line(number: int) -> str:
    return _("line %(line)s") % {"line": number}
