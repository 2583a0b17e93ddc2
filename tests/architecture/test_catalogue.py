"""The Russian catalogue: all of the source's words, none besides, and each said with the same names and markup."""

import ast
import re
from string import Formatter

import pytest

from devstack import catalogue
from devstack.places import ROOT
from incidents.choices import Tlp

PERCENT = re.compile(r"%%?(?:\(\w+\))?[sd]")
TAG = re.compile(r"</?\w[^>]*>")
RUSSIAN = re.compile(r"[а-яё]", re.IGNORECASE)
# What is the same in both languages: names, and sentences that are nothing but names.
SAME = re.compile(r"SEV\d|API|(?:%\(\w+\)s|\W)+")
SHORT = {"No."}  # a full stop that ends an abbreviation ends no sentence


@pytest.fixture(scope="module")
def kept():
    return catalogue.read()


def both(message) -> list[tuple[str, str]]:
    """Every English form beside the Russian ones that stand for it."""
    if isinstance(message.id, str):
        return [(message.id, message.string)]
    return [(message.id[1], said) for said in message.string]


def blanks(text: str) -> tuple[list[str], list[str], list[str]]:
    named = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    return sorted(set(PERCENT.findall(text))), sorted(named), sorted(TAG.findall(text))


def test_the_catalogue_holds_what_the_source_says_and_nothing_else(kept):
    """`./run words` mends this, and lists what it then wants translated."""
    assert catalogue.PO.read_bytes() == catalogue.written(catalogue.updated(kept))


def test_every_word_has_its_russian_and_none_is_a_guess(kept):
    assert catalogue.missing(kept) == []
    assert [message.id for message in catalogue.words(kept) if message.fuzzy] == []


def test_what_the_console_reads_is_compiled_from_what_people_edit(kept):
    assert catalogue.MO.read_bytes() == catalogue.compiled(kept)


def test_numbers_have_their_three_forms(kept):
    counted = [message for message in catalogue.words(kept) if message.pluralizable]
    assert counted
    assert [message.id for message in counted if len(message.string) != 3] == []


def test_blanks_and_markup_are_the_same_in_both_languages(kept):
    pairs = [pair for message in catalogue.words(kept) for pair in both(message)]
    assert [(told, said) for told, said in pairs if blanks(told) != blanks(said)] == []


def test_a_translation_is_russian_and_ends_as_its_original_does(kept):
    told = [message for message in catalogue.words(kept) if message.context != "date format"]
    pairs = [pair for message in told for pair in both(message) if pair[0] not in SHORT]
    assert [told for told, said in pairs if not RUSSIAN.search(said) and not SAME.fullmatch(told)] == []
    assert [said for told, said in pairs if told[-1] in ".:…" and said[-1] != told[-1]] == []
    assert [said for _, said in pairs if "!" in said or said != said.strip()] == []


def test_tlp_labels_are_in_no_catalogue(kept):
    said = {catalogue._key(message).upper() for message in catalogue.words(kept)}
    assert not said & {label.upper() for value in Tlp for label in (value.value, str(value.label))}
    assert not [word for word in said if "TLP:" in word]


def test_every_name_gettext_goes_by_is_looked_for():
    """`from django.utils.translation import gettext as _t` hides its words from whoever looks for `_`."""
    unknown = [
        f"{path.relative_to(ROOT)}: {alias.asname}"
        for app in catalogue.CODE
        for path in (ROOT / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name and (alias.asname or alias.name) not in catalogue.KEYWORDS
    ]
    assert unknown == []


def test_the_search_finds_words_wherever_they_may_stand():
    found = {(catalogue._key(m), m.context) for m in catalogue.words(catalogue.extracted())}
    assert ("Queue", None) in found, "in a template"
    assert ("The source", None) in found, "as a constant inside another tag"
    assert ("Page", "verb") in found, "with a context in a template"
    assert ("Triage", "stage") in found, "with a context in the code"
    assert ("and %(more)s other", None) in found, "with a plural"
