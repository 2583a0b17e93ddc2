"""Changing who is on duty from the calendar: press a shift, press a name; with the mouse, by keyboard alone, on a
phone, and without scripts."""

from datetime import timedelta

import pytest

from accounts import clock
from oncall.models import Override, Swap
from tests.oncall.stage import layered

pytestmark = pytest.mark.browser
WEEK = "/on-duty/?view=week&roster=desk"


@pytest.fixture
def desk(committed_cast):
    """The specialist and the manager, day by day."""
    return layered(
        "desk", [committed_cast.specialist, committed_cast.manager], zone="UTC", handoff_time="00:00"
    )


def put_on_duty(person):
    return f".shift-dialog button[name=stand_in][value='{person.pk}']"


def test_a_shift_pressed_and_a_name_pressed_is_an_override(server, desk, opened, committed_cast):
    committed_cast.duty.layers.all().delete()  # Second is free then
    layered("desk", [committed_cast.second], roster=desk, name="Reserve", rank=0, zone="UTC")
    page = opened(committed_cast.manager)
    page.goto(WEEK)
    page.locator(".bar-words").last.click()
    page.click(put_on_duty(committed_cast.second))
    page.wait_for_selector(".bar-words[title='Second']")
    assert page.url.endswith(WEEK)
    assert Override.objects.get().by == committed_cast.second


def test_the_same_by_keyboard_alone_and_escape_leads_back(server, desk, opened, committed_cast):
    committed_cast.duty.layers.all().delete()
    layered("desk", [committed_cast.second], roster=desk, name="Reserve", rank=0, zone="UTC")
    page = opened(committed_cast.manager)
    page.goto(WEEK)
    last = page.locator(".bar-words").last
    last.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".shift-dialog[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector(".shift-dialog", state="detached")
    assert last.evaluate("link => link === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_selector(".shift-dialog[open]")
    tab_to(page, put_on_duty(committed_cast.second))
    page.keyboard.press("Enter")
    page.wait_for_selector(".bar-words[title='Second']")


def test_tab_comes_to_every_shift_of_the_week(server, desk, opened, committed_cast):
    page = opened(committed_cast.on_duty)
    page.goto(WEEK)
    for _ in range(page.locator(".bar-words").count()):
        tab_to(page, ".bar-words:not([data-seen])")
        page.evaluate("document.activeElement.dataset.seen = ''")
    assert page.locator(".bar-words:not([data-seen])").count() == 0


@pytest.mark.parametrize("view", ["week", "month"])
def test_without_scripts_a_shift_leads_to_its_sheet(server, desk, opened, committed_cast, view):
    committed_cast.duty.layers.all().delete()
    layered("desk", [committed_cast.second], roster=desk, name="Reserve", rank=0, zone="UTC")
    page = opened(committed_cast.manager, java_script_enabled=False)
    page.goto(f"/on-duty/?view={view}&roster=desk")
    page.locator("main a[data-shift]:visible").last.click()
    page.click(f"button[name=stand_in][value='{committed_cast.second.pk}']")
    assert "Second is on duty then" in page.inner_text("main")
    assert "Second instead of" in page.inner_text("main")


def test_an_objection_is_said_in_the_dialog_with_its_tick_and_one_comes_back_to_the_shift(
    server, desk, opened, committed_cast
):
    layered("desk", [committed_cast.second], roster=desk, name="Reserve", rank=0, zone="UTC")
    page = opened(committed_cast.manager)
    page.goto(WEEK)
    last = page.locator(".bar-words").last
    last.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".shift-dialog[open]")
    tab_to(page, put_on_duty(committed_cast.second))
    page.keyboard.press("Enter")
    page.wait_for_selector(".shift-dialog[open] .anyway")
    assert page.url.endswith(WEEK)
    assert page.evaluate("document.activeElement.name") == "anyway"
    page.keyboard.press("Space")
    tab_to(page, ".anyway .button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".bar-words[title='Second']")
    assert page.url.endswith(WEEK)
    assert Override.objects.get().acknowledged == ["elsewhere"]
    page.wait_for_selector(".toasts .notice")
    assert page.evaluate("document.activeElement.title") == "Second"


def test_a_swap_offered_leads_back_to_the_shift_it_is_of(server, desk, opened, committed_cast):
    page = opened(committed_cast.specialist)
    page.goto("/shifts/")
    button = page.locator(".my-shift .button").last
    pressed = button.get_attribute("href")
    button.click()
    page.click(f".shift-dialog button[name=to][value='{committed_cast.manager.pk}']")
    page.wait_for_selector("text=no answer yet")
    focused = "[document.activeElement.className, document.activeElement.getAttribute('href')]"
    assert page.evaluate(focused) == ["button small", pressed]


def test_what_cannot_be_sent_is_said_in_the_dialog(server, desk, opened, committed_cast):
    layered("desk", [committed_cast.second], roster=desk, name="Reserve", rank=0, zone="UTC")
    page = opened(committed_cast.manager)
    page.goto(WEEK)
    page.locator(".bar-words").last.click()
    page.route("**/overrides/desk/", lambda route: route.fulfill(status=503))
    page.click(put_on_duty(committed_cast.second))
    page.wait_for_selector(".shift-dialog[open] .refusals:has-text('could not be sent')")
    page.unroute("**/overrides/desk/")
    page.click(put_on_duty(committed_cast.second))
    page.wait_for_selector(".shift-dialog[open] .anyway")


def test_a_swap_is_offered_in_two_presses_on_a_phone_and_taken(server, desk, opened, committed_cast):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
    giver = opened(committed_cast.specialist, **phone)
    giver.goto("/shifts/")
    giver.locator(".my-shift .button").last.tap()
    giver.tap(f".shift-dialog button[name=to][value='{committed_cast.manager.pk}']")
    giver.wait_for_selector("text=no answer yet")
    taker = opened(committed_cast.manager, **phone)
    taker.goto("/")
    taker.tap("text=Specialist offers you a shift")
    taker.tap("button:text-is('Accept')")
    taker.wait_for_selector("text=With Specialist")
    assert Swap.objects.get().state == "accepted"


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def test_a_month_on_a_phone_opens_at_today_with_its_filter_in_sight(
    server, desk, opened, committed_cast, pass_time
):
    late = (clock.now().replace(day=1) + timedelta(days=32)).replace(day=22)
    pass_time(late - clock.now())
    for name in ("another-long-name", "one-more-long-name", "zz-the-last-of-them"):
        layered(name, [committed_cast.second], zone="UTC")
    page = opened(committed_cast.manager, **PHONE)
    page.goto("/on-duty/?view=month&roster=zz-the-last-of-them")
    page.wait_for_function("scrollY > 0")
    assert 0 <= page.locator("#today").bounding_box()["y"] < 100
    chip = page.locator(".chips [aria-current]").bounding_box()
    assert chip["x"] >= 0
    assert chip["x"] + chip["width"] <= 390


@pytest.mark.parametrize("width", [390, 1366])
def test_what_is_in_the_dialog_is_as_far_from_either_edge(server, desk, opened, committed_cast, width):
    page = opened(committed_cast.manager, viewport={"width": width, "height": 844})
    page.goto(WEEK)
    page.locator(".bar-words:visible, .daylist-line a:visible").last.click()
    dialog = page.locator(".shift-dialog").bounding_box()
    sheet = page.locator(".shift-dialog [data-sheet]").bounding_box()
    left = sheet["x"] - dialog["x"]
    assert dialog["width"] - sheet["width"] - left == pytest.approx(left, abs=1)


def tab_to(page, selector: str) -> None:
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not come to {selector}")
