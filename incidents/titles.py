"""What of a title can be read. Pure."""

import unicodedata

# Zero-width joiner and non-joiner: within a word some scripts need them.
JOINERS = {"\u200c", "\u200d"}


def readable(text: str) -> str:
    """The text without characters that only format (zero width, direction, byte order mark); a joiner stays
    between letters. Empty where nothing that can be seen is left."""
    kept = "".join(char for at, char in enumerate(text) if not _only_formats(text, at)).strip()
    return kept if any(unicodedata.category(char)[0] in "LNPS" for char in kept) else ""


def _only_formats(text: str, at: int) -> bool:
    if unicodedata.category(text[at]) != "Cf":
        return False
    return text[at] not in JOINERS or not (
        _is_letter(text[at - 1 : at]) and _is_letter(text[at + 1 : at + 2])
    )


def _is_letter(char: str) -> bool:
    """A mark belongs to the letter before it, as the virama does that a joiner follows."""
    return bool(char) and unicodedata.category(char)[0] in "LM"
