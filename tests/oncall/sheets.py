"""The sheets of roster admins as a browser sends them, and what one reads of an answer."""

import html
import re

from django.urls import reverse


def words(page) -> str:
    text = page.content.decode() if hasattr(page, "content") else page
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def layer_sheet(*people, **changes) -> dict:
    """A layer as the sheet sends it; people take turns, one in each."""
    told = {
        "press": "save",
        "name": "Nights",
        "duty": "primary",
        "rank": "2",
        "turn_n": "1",
        "turn_unit": "week",
        "anchor_on": "2026-03-02",
        "handoff_time": "09:00",
        "version": "1",
        "turn": [str(n) for n in range(len(people))],
    }
    return told | {f"who-{n}": [str(one.pk)] for n, one in enumerate(people)} | changes


def roster_sheet(by, **changes) -> dict:
    told = {
        "press": "save",
        "name": "Night desk",
        "zone": "Europe/Dublin",
        "owner": str(by.pk),
        "depth": "1",
        "is_paged": "on",
        "version": "1",
    }
    return told | changes


def url(route, *more) -> str:
    return reverse(route, args=more)
