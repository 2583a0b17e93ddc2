"""Pictures of every screen, at three widths, light and dark, into `var/screenshots/`: for looking at, not for
comparing. Runs beside a demo: `./run screenshots`, with names of screens for some of them only."""

import json
import os
import re
import subprocess
import sys
from itertools import product
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser

from tests.browser import chrome
from tests.browser.screens import SCREENS, Screen, sign_in

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "var" / "screenshots"
WIDTHS = {390: 844, 1366: 768, 1920: 1080}
THEMES = ("light", "dark")


def main(wanted: list[str]) -> int:
    told = subprocess.run(
        [sys.executable, "manage.py", "demo_info", "--json"], cwd=ROOT, capture_output=True, check=True
    )
    info = json.loads(told.stdout)
    base_url = os.environ.get("BASE_URL", info["base_url"])
    paged, link = latest_page(info)
    screens = [*SCREENS, Screen("link", "", link)] if link else SCREENS
    PICTURES.mkdir(parents=True, exist_ok=True)
    with chrome.running() as browser:
        for who in sorted({screen.who for screen in screens}):
            chosen = [s for s in screens if s.who == who and (not wanted or s.name in wanted)]
            if chosen:
                take(browser, base_url, chosen, person(info, who, paged))
    sys.stdout.write(f"Pictures are in {PICTURES.relative_to(ROOT)}/\n")
    return 0


def latest_page(info: dict) -> tuple[str, str]:
    """Whom the newest mail pages, and the path of its link; empty when there is no such mail."""
    with urlopen(info["mail"]["messages_url"]) as answer:
        mails = json.load(answer)
    links = [
        (mail["to"][0], found.group()) for mail in mails if (found := re.search(r"/p/\S+", mail["text"]))
    ]
    return links[0] if links else ("", "")


def person(info: dict, who: str, paged: str) -> dict | None:
    """Who plays a part: the one paged, or the first with the role."""
    role = {"manager": "incident_manager", "security": "security_officer"}.get(who, who)
    fits = [one for one in info["people"] if one["role"] == role]
    if who == "responder":
        fits = [one for one in info["people"] if one["email"] == paged] or fits
    return fits[0] if fits else None


def take(browser: Browser, base_url: str, screens: list[Screen], person: dict | None) -> None:
    state = None
    if person:
        with browser.new_context() as context:
            sign_in(context.new_page(), base_url, person["email"], person["password"])
            state = context.storage_state()
    for theme, (width, height) in product(THEMES, WIDTHS.items()):
        size = {"width": width, "height": height}
        with browser.new_context(viewport=size, color_scheme=theme, storage_state=state) as context:
            page = context.new_page()
            for screen in screens:
                screen.open(page, base_url)
                page.evaluate("scrollTo(0, 0)")
                page.screenshot(path=PICTURES / f"{screen.name}-{width}-{theme}.png", full_page=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
