"""Every main screen as a person meets it: opens for its role without a word on the console, passes axe in both
themes, fits a phone; and the main steps work by keyboard alone and without JavaScript."""

import re
from itertools import groupby
from operator import attrgetter

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from accounts.links import token_for
from escalations.models import Page
from incidents.models import Incident, Report
from tests.browser.screens import SCREENS, Screen, sign_in

pytestmark = pytest.mark.browser

BY_PART = [
    (who, list(screens))
    for who, screens in groupby(sorted(SCREENS, key=attrgetter("who")), attrgetter("who"))
]


@pytest.mark.parametrize(("who", "screens"), BY_PART, ids=[who or "nobody" for who, _ in BY_PART])
def test_screens_open_for_their_role_and_axe_finds_nothing(server, paged, opened, parts, who, screens):
    page = opened(parts[who])
    for screen in screens:
        screen.open(page, server)
        assert found_by_axe(page) == [], screen.name


def test_the_signed_link_passes_axe_before_and_after(paged, opened):
    page = opened()
    page.goto(link_to(Page.objects.get()))
    assert found_by_axe(page) == []
    page.click("button.huge")
    assert "You acknowledged this at" in page.inner_text("main")
    assert found_by_axe(page) == []


@pytest.mark.parametrize(("who", "screens"), BY_PART, ids=[who or "nobody" for who, _ in BY_PART])
def test_no_screen_scrolls_sideways_on_a_phone(server, paged, opened, parts, who, screens):
    page = opened(parts[who], viewport={"width": 390, "height": 844}, has_touch=True)
    for screen in screens:
        screen.open(page, server)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), screen.name


def test_the_large_control_on_the_page_is_large(server, paged, opened, parts):
    page = opened(parts["responder"], viewport={"width": 390, "height": 844}, has_touch=True)
    named("page").open(page, server)
    box = page.locator("button.huge").bounding_box()
    assert (box["width"] > 300, box["height"] >= 64, box["y"] + box["height"] < 500) == (True, True, True)


def test_from_sign_in_to_acknowledge_by_keyboard_alone(paged, opened, committed_cast):
    page = opened()
    page.goto("/account/login/")
    tab_to(page, "[name=login]")
    page.keyboard.type(committed_cast.on_duty.email)
    tab_to(page, "[name=password]")
    page.keyboard.type(committed_cast.password)
    page.keyboard.press("Enter")
    page.wait_for_selector(".waiting-about")
    tab_to(page, ".waiting-about")
    page.keyboard.press("Enter")
    page.wait_for_selector("button.huge")
    tab_to(page, "button.huge")
    page.keyboard.press("Enter")
    page.wait_for_selector(".page-done")
    paged.refresh_from_db()
    assert paged.acknowledged_by == committed_cast.on_duty


def test_the_main_steps_without_javascript(server, opened, committed_cast):
    reporter = opened(java_script_enabled=False)
    sign_in(reporter, server, committed_cast.reporter.email, committed_cast.password)
    reporter.goto("/report/")
    reporter.fill("[name=title]", "Threat against a school")
    reporter.click(".form-foot button")
    assert reporter.input_value("[name=title]") == "Threat against a school", (
        "nothing that was written is lost"
    )
    reporter.select_option("[name=harm_type]", "VT3")
    reporter.click(".form-foot button")
    assert Report.objects.get().number in reporter.inner_text("main")

    manager = opened(committed_cast.manager, java_script_enabled=False)
    manager.goto(Incident.objects.get().get_absolute_url())
    manager.click("button:text-is('Acknowledge')")
    manager.click("button:text-is('Accept and manage')")
    assert "Active" in manager.inner_text(".incident-head")


def test_declining_asks_for_a_reason_at_the_field(paged, opened, committed_cast):
    page = opened(committed_cast.manager)
    page.goto(paged.get_absolute_url())
    page.click("summary:text-is('Decline')")
    page.eval_on_selector("[name=reason]", "select => select.required = false")
    page.click(".act[open] button")
    assert "Choose a reason." in page.inner_text("#id_reason_error")


def test_what_was_reported_is_never_a_link(paged, opened, committed_cast):
    committed_cast.report(title="Look", content=[{"url": "https://platform.example/v/1"}])
    page = opened(committed_cast.manager)
    page.goto(Incident.objects.latest("pk").get_absolute_url())
    assert "https://platform.example/v/1" in page.inner_text("main")
    assert page.locator("a[href*='platform.example']").count() == 0


def test_browser_titles_say_no_more_than_a_code(server, paged, opened, parts):
    page = opened(parts["manager"])
    named("incident").open(page, server)
    assert page.title() == f"{paged.code} · Watchfloor"


def test_a_chosen_theme_is_there_before_the_first_script_runs(paged, opened, committed_cast):
    page = opened(committed_cast.manager, color_scheme="light")
    page.goto("/")
    page.click(".menu summary")
    page.click("[data-keeps=theme] [data-choice=dark]")
    page.goto("/incidents/")
    html = page.request.get("/incidents/").text()
    assert re.search(r'<html lang="en" data-theme="dark">', html)
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_a_chosen_language_stays_with_the_person(paged, opened, committed_cast):
    page = opened(committed_cast.reporter)
    page.goto("/")
    page.click(".menu summary")
    page.click(".menu [name=language][value=ru]")
    committed_cast.reporter.refresh_from_db()
    assert committed_cast.reporter.language == "ru"
    assert page.get_attribute("html", "lang") == "ru"


def named(name: str) -> Screen:
    return next(screen for screen in SCREENS if screen.name == name)


def link_to(page: Page) -> str:
    return reverse("page_link", args=[token_for(page.message_id)])


def tab_to(page, selector: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


def found_by_axe(page) -> list[tuple]:
    """What axe finds in either theme: (theme, rule, where). Themes differ in colours alone, so in the second one only
    the rules about colour are asked again."""
    found = []
    for theme, options in (("light", None), ("dark", {"runOnly": ["color-contrast"]})):
        page.emulate_media(color_scheme=theme)
        rules = Axe().run(page, options=options).response["violations"]
        found += [(theme, rule["id"], [node["target"] for node in rule["nodes"]]) for rule in rules]
    return found
