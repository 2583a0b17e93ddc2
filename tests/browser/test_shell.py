"""The shell by keyboard alone: the palette, the help, toasts, menus, density; and what stands in their place without
JavaScript. After `goto` nothing is used but `page.keyboard`."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.test_screens import found_by_axe, tab_to

pytestmark = pytest.mark.browser

OPTION = "#palette [role=option]"


@pytest.fixture
def page(paged, opened, committed_cast) -> Page:
    page = opened(committed_cast.manager)
    page.goto("/on-duty/")
    return page


@pytest.fixture
def guide(server, opened, committed_cast, settings) -> Page:
    settings.DEBUG = True
    page = opened(committed_cast.manager)
    page.goto("/styleguide/")
    return page


def focused(page: Page, attribute: str) -> str:
    return page.evaluate("name => document.activeElement.getAttribute(name) ?? ''", attribute)


def test_the_palette_goes_to_a_place(page):
    page.keyboard.press("Control+k")
    assert focused(page, "role") == "combobox"
    page.keyboard.type("que")
    chosen = page.locator(f"{OPTION}[aria-selected=true]")
    assert chosen.inner_text() == "Queue"
    assert focused(page, "aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Enter")
    page.wait_for_url("**/incidents/")


def test_the_palette_finds_an_incident_and_the_arrows_go_round(page, paged):
    page.keyboard.press("Control+k")
    page.keyboard.type("school")
    page.wait_for_selector(f"{OPTION} .severity")
    assert page.inner_text("#palette [data-counted]") == "1 result"
    page.keyboard.press("ArrowDown")
    assert focused(page, "aria-activedescendant") == "found-1"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{paged.get_absolute_url()}")


def test_the_palette_says_when_there_is_nothing_and_when_the_search_does_not_answer(page):
    page.keyboard.press("Control+k")
    page.keyboard.type("zebra")
    page.wait_for_selector("text=Nothing here has these words.")
    page.route("**/search/*", lambda route: route.fulfill(status=503))
    page.keyboard.type(" quartet")
    page.wait_for_selector("text=The search did not answer.")
    page.unroute("**/search/*")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=zebra+quartet")
    assert "No incident of yours fits" in page.inner_text("main")


def test_escape_closes_the_palette_and_the_focus_is_where_it_was(page):
    tab_to(page, ".nav a[href='/reports/']")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    assert focused(page, "href") == "/reports/"
    tab_to(page, "[data-goto]")
    page.keyboard.press("Enter")
    assert focused(page, "role") == "combobox"


def test_the_palette_does_what_the_page_offers(guide):
    guide.keyboard.press("Control+k")
    guide.keyboard.type("shortc")
    guide.keyboard.press("Enter")
    guide.wait_for_selector("#help[open]")


def test_the_palette_passes_axe(page):
    page.keyboard.press("Control+k")
    page.keyboard.type("s")
    page.wait_for_selector(OPTION)
    assert found_by_axe(page) == []


def test_a_question_mark_lists_the_shortcuts_but_not_while_one_types(page):
    page.keyboard.press("?")
    page.wait_for_selector("#help[open]")
    assert found_by_axe(page) == []
    page.keyboard.press("Escape")
    page.goto("/report/")
    tab_to(page, "[name=title]")
    page.keyboard.type("What?")
    assert page.locator("#help[open]").count() == 0


def test_the_shortcuts_of_a_page_stand_above_those_of_the_console(guide):
    guide.keyboard.press("?")
    assert guide.inner_text("#help").index("Next row") < guide.inner_text("#help").index("Everywhere")


def test_single_keys_can_be_switched_off_and_the_menu_still_opens_the_list(page):
    page.keyboard.press("?")
    tab_to(page, "#help [data-choice=off]")
    page.keyboard.press("Enter")
    page.goto("/on-duty/")
    page.keyboard.press("?")
    assert page.locator("#help[open]").count() == 0
    tab_to(page, ".menu summary")
    page.keyboard.press("Enter")
    tab_to(page, "[data-opens=help]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#help[open]")
    assert page.get_attribute("#help [data-choice=off]", "aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.menu summary')"), "its button is hidden by now"


def test_escape_closes_the_menu(page):
    tab_to(page, ".menu summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator(".menu[open]").count() == 0
    assert page.evaluate("document.activeElement.matches('.menu summary')")


def test_density_is_kept_for_the_next_page(page):
    tab_to(page, ".menu summary")
    page.keyboard.press("Enter")
    tab_to(page, "[data-choice=compact]")
    page.keyboard.press("Enter")
    tall = "getComputedStyle(document.documentElement).getPropertyValue('--row')"
    assert page.evaluate(tall) == "32px"
    page.goto("/incidents/")
    assert re.search(r'<html lang="en" data-density="compact">', page.request.get("/incidents/").text())


def told_twice(page: Page, incident) -> None:
    """Acknowledge it, twice: the second press gets a message."""
    page.goto(incident.get_absolute_url())
    page.evaluate(
        """() => {
            const form = document.querySelector("form[action$='/acknowledge/']");
            return fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
        }"""
    )
    tab_to(page, "form[action$='/acknowledge/'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status] .toast")


def test_a_message_stands_aside_for_eight_seconds_unless_somebody_is_at_it(page, paged):
    page.clock.install()
    told_twice(page, paged)
    tab_to(page, ".toast [data-dismiss]")
    assert found_by_axe(page) == []
    page.clock.fast_forward(20_000)
    assert page.locator(".toast").count() == 1
    tab_to(page, "main a")
    page.clock.fast_forward(8_000)
    page.wait_for_selector(".toast", state="detached")


def test_messages_are_dismissed_one_by_one_and_the_focus_goes_on_to_the_page(page, paged):
    told_twice(page, paged)
    assert page.locator(".toast").count() == 2
    tab_to(page, ".toast [data-dismiss]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('.toast [data-dismiss]')")
    page.keyboard.press("Enter")
    assert page.locator(".toast").count() == 0
    assert focused(page, "id") == "main"


def test_without_javascript_a_message_is_a_notice_and_the_search_a_page(paged, opened, committed_cast):
    first, second = (opened(committed_cast.manager, java_script_enabled=False) for _ in range(2))
    for page in (first, second):
        page.goto(paged.get_absolute_url())
    for page in (first, second):
        page.click("form[action$='/acknowledge/'] button")
    assert second.locator("main .notices .notice").bounding_box()["y"] < 200
    assert second.locator("[data-dismiss]:visible, [data-opens]:visible, [data-keeps]:visible").count() == 0
    second.click(".goto")
    second.fill("[name=q]", "school")
    second.click("main form button")
    second.click(f"text={paged.title}")
    assert second.url.endswith(paged.get_absolute_url())


def test_the_style_guide_passes_axe_and_fits_a_phone(guide):
    assert found_by_axe(guide) == []
    guide.set_viewport_size({"width": 390, "height": 844})
    assert guide.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_phone_nothing_the_keyboard_comes_to_hides_under_the_bar(reviewed, opened, committed_cast):
    page = opened(committed_cast.manager, viewport={"width": 390, "height": 640})
    page.goto(reviewed.get_absolute_url() + "review/")
    hidden = """() => {
      const [here, bar] = [document.activeElement, document.querySelector(".nav")];
      // Of what is written into, the browser shows the caret.
      if (bar.contains(here) || here.matches("body, textarea")) return null;
      const [{ bottom }, { top }] = [here.getBoundingClientRect(), bar.getBoundingClientRect()];
      return bottom > top ? here.outerHTML : null;
    }"""
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate(hidden) is None


def test_the_rail_says_whose_times_these_are(page, committed_cast):
    assert page.inner_text(".rail-zone") == "Times in " + committed_cast.manager.time_zone.rpartition("/")[
        2
    ].replace("_", " ")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator(".rail-zone").is_hidden()
    page.click(".menu summary")
    place = committed_cast.manager.time_zone.rpartition("/")[2].replace("_", " ")
    assert f"Times in {place}" in page.inner_text(".menu-who")


def test_the_menu_repeats_no_place_that_the_rail_has(page):
    page.set_viewport_size({"width": 1366, "height": 768})
    page.click(".menu summary")
    assert page.locator(".menu a[href='/reviews/']").is_hidden()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator(".menu a[href='/reviews/']").is_visible()
