"""What the style guide reads from the files themselves: the colours of `tokens.css`, with the contrast each has
on its ground, and the names of the icons."""

import re
from dataclasses import dataclass
from functools import cache

from django.conf import settings

STATIC = settings.BASE_DIR / "static"
TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
# What is written on something else than the ground of a screen.
GROUNDS = {
    "on-accent": "accent",
    "on-sev0": "sev0",
    "on-urgent": "urgent",
    "urgent": "urgent-wash",
    "warn": "warn-wash",
    "good": "good-wash",
}
INKS = ("ink", "quiet", "accent", "accent-strong", "sev0", "sev1", "sev2", "sev3", "sev4", *GROUNDS)


@dataclass(frozen=True)
class Colour:
    """`contrast` in either theme, as WCAG counts it; None for what nothing is written in."""

    name: str
    light: str
    dark: str
    ground: str = ""
    contrast: tuple[float, float] | None = None


@cache
def icons() -> list[str]:
    return re.findall(r'<symbol id="(\w+)" viewBox="0 0 20 20"', (STATIC / "icons.svg").read_text())


@cache
def every() -> list[Colour]:
    text = (STATIC / "css" / "tokens.css").read_text()
    found = {name: (light, dark) for name, light, dark in TOKEN.findall(text)}
    return [_judged(name, found) for name in found]


def _judged(name: str, found: dict[str, tuple[str, str]]) -> Colour:
    light, dark = found[name]
    if name not in INKS:
        return Colour(name, light, dark)
    ground = GROUNDS.get(name, "ground")
    ratios = [contrast(ink, under) for ink, under in zip(found[name], found[ground], strict=True)]
    return Colour(name, light, dark, ground, (ratios[0], ratios[1]))


def contrast(one: str, other: str) -> float:
    """From 1 (alike) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((lighter + 0.05) / (darker + 0.05), 1)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
