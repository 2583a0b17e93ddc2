"""Keeps the Russian catalogue in step with the source: finds every word for people, adds what is new to `django.po`,
drops what is gone, and compiles `django.mo`. The same words make the same bytes, on a machine without gettext tools.

Run inside .venv: Babel reads and writes the catalogue, Django tells what its templates say.
"""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from devstack.places import ROOT, say

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

LANGUAGE = "ru"
PO = ROOT / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
CODE = ("accounts", "oncall", "incidents", "escalations", "postmortems", "config")

KEYWORDS: dict = (
    dict.fromkeys(("_", "_t", "gettext", "gettext_lazy", "gettext_noop"))
    | dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2))
    | dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2))
    | dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3))
)
# No dates, names or versions: nothing differs but for a word that changed.
HEADER = "\n".join(
    [
        f"Language: {LANGUAGE}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        "Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
        "n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n",
    ]
)
ABOUT = "# `./run words` keeps this file in step with the source; docs/russian.md has the terms."


class Bound:
    """A catalogue's words in their order under a header of our own, as Babel's writers want them."""

    charset = "utf-8"
    num_plurals = 3
    header_comment = ABOUT
    obsolete: dict = {}

    def __init__(self, catalogue: "Catalog") -> None:
        self.messages = sorted(words(catalogue))

    def __iter__(self) -> Iterator["Message"]:
        from babel.messages.catalog import Message

        return iter([Message("", HEADER), *self.messages])


def words(catalogue: "Catalog") -> Iterable["Message"]:
    """Without the header, which Babel counts as a message."""
    return (message for message in catalogue if message.id)


def extracted() -> "Catalog":
    """Everything the source says to people, with nothing translated."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract

    found = Catalog(locale=LANGUAGE)
    for source in [*_code(), *_templates()]:
        for _line, said, _comments, context in extract("python", source, keywords=KEYWORDS):
            found.add(said, context=context)
    return found


def _code() -> Iterator[io.BytesIO]:
    for app in CODE:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield io.BytesIO(path.read_bytes())


def _templates() -> Iterator[io.BytesIO]:
    from django.utils.translation.template import templatize

    for path in sorted((ROOT / "templates").rglob("*.*")):
        calls = templatize(path.read_text(), origin=str(path))
        # A template's indentation means nothing, to Python it would.
        yield io.BytesIO("\n".join(line.strip() for line in calls.splitlines()).encode())


def read(path: Path = PO) -> "Catalog":
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def updated(known: "Catalog") -> "Catalog":
    """What the source says now, with the translations that are known. Never a guess from something similar."""
    now = extracted()
    for message in words(now):
        before = known.get(_key(message), message.context)
        if before and before.id == message.id and not before.fuzzy:
            message.string = before.string
    return now


def _key(message: "Message") -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else message.id


def written(catalogue: "Catalog") -> bytes:
    from babel.messages.pofile import write_po

    file = io.BytesIO()
    write_po(file, Bound(catalogue), width=110, no_location=True, ignore_obsolete=True)  # type: ignore[arg-type]
    return file.getvalue()


def compiled(catalogue: "Catalog") -> bytes:
    from babel.messages.mofile import write_mo

    file = io.BytesIO()
    write_mo(file, Bound(catalogue))  # type: ignore[arg-type]
    return file.getvalue()


def missing(catalogue: "Catalog") -> list[str]:
    """What has no translation, or not in every plural form; its context before it."""
    return [
        (f"[{message.context}] " if message.context else "") + _key(message)
        for message in words(catalogue)
        if not all([message.string] if isinstance(message.string, str) else message.string or [""])
    ]


def main() -> int:
    """Update and compile; fails while a word has no Russian."""
    catalogue = updated(read())
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(written(catalogue))
    MO.write_bytes(compiled(catalogue))
    untold = missing(catalogue)
    for word in untold:
        print(word)
    say(f"{len(catalogue)} words, {len(untold)} without a translation: {PO.relative_to(ROOT)}")
    return bool(untold)


if __name__ == "__main__":
    import sys

    sys.exit(main())
