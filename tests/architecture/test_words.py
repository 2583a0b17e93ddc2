"""Every word a person reads can be translated: no template says anything outside gettext."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
# Names are not translated, nor is the one page that must stand when nothing else does.
NAMES = {"Watchfloor", "UTC", "English", "Русский"}
STANDALONE = {"500.html"}

TRANSLATED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
# Blocks that name a style, and styles themselves.
STYLE = re.compile(r"{%\s*block\s+width\s*%}.*?{%\s*endblock[^%]*%}|<style>.*?</style>", re.DOTALL)
# Names, codes and the caps of keys say of themselves that nobody translates them.
NAMED = re.compile(r"<(\w+)\b[^>]*\btranslate=\"no\"[^>]*>.*?</\1>|<kbd\b.*?</kbd>", re.DOTALL)
MARKUP = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
READ_ALOUD = re.compile(r"\b(?:aria-label|title|alt|placeholder|content)=\"([^\"]*)\"")
MACHINE_META = re.compile(r"<meta[^>]*>|<!doctype[^>]*>", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
ENTITY = re.compile(r"&\w+;")
WORD = re.compile(r"[^\W\d_]{2,}")


def untranslated(source: str) -> list[str]:
    text = MACHINE_META.sub(" ", MARKUP.sub(" ", NAMED.sub(" ", STYLE.sub(" ", TRANSLATED.sub(" ", source)))))
    shown = " ".join(READ_ALOUD.findall(text)) + " " + ENTITY.sub(" ", TAG.sub(" ", text))
    return [word for word in WORD.findall(shown) if word not in NAMES]


@pytest.mark.parametrize(
    "path",
    [p for p in sorted(TEMPLATES.rglob("*.*")) if p.suffix in {".html", ".txt"} and p.name not in STANDALONE],
    ids=lambda path: str(path.relative_to(TEMPLATES)),
)
def test_a_template_says_nothing_that_cannot_be_translated(path):
    assert untranslated(path.read_text()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<a title="Open it">{{ x }}</a>', ["Open", "it"]),
        ('<p class="quiet">{% translate "Hello" %}</p>', []),
        ('<td translate="no">Maya</td><kbd>Esc</kbd><td>Hello</td>', ["Hello"]),
        ("{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}", []),
    ],
)
def test_the_search_itself_finds_what_it_should(source, found):
    assert untranslated(source) == found
