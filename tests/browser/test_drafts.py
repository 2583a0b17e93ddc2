"""Nothing that was typed is lost: no connection, an expired session, a page left and come back to."""

import pytest

from accounts import clock
from incidents.actions import lifecycle
from incidents.models import TimelineEntry
from tests.browser.test_screens import found_by_axe

pytestmark = pytest.mark.browser
NOTE = "[data-draft^=note] textarea"


@pytest.fixture
def room(paged, opened, committed_cast):
    cast = committed_cast
    lifecycle.accept(incident=paged, manager=cast.manager, by=cast.manager, at=clock.now())
    page = opened(cast.manager)
    page.goto(paged.get_absolute_url())
    page.fill(NOTE, "Two schools, not one")
    return page


def add(page):
    page.click("[data-draft^=note] button:text-is('Add note')")


def test_a_lost_connection_keeps_the_words_and_says_so(room):
    room.context.set_offline(True)
    add(room)
    assert "no connection" in room.inner_text("[data-offline]")
    assert room.input_value(NOTE) == "Two schools, not one"
    room.context.set_offline(False)
    room.wait_for_selector("[data-offline]", state="detached")
    add(room)
    room.wait_for_selector(".entry[data-kind=note]")
    assert room.input_value(NOTE) == "", "the server has it, so the browser forgets it"


def test_an_expired_session_brings_one_back_to_the_words(room, committed_cast):
    room.context.clear_cookies(name="session")
    add(room)
    room.fill("[name=login]", committed_cast.manager.email)
    room.fill("[name=password]", committed_cast.password)
    room.press("[name=password]", "Enter")
    room.wait_for_selector(".incident-head")
    assert room.input_value(NOTE) == "Two schools, not one"
    assert not TimelineEntry.objects.filter(kind="note").exists()
    add(room)
    room.wait_for_selector(".entry[data-kind=note]")


def test_a_session_renewed_in_another_tab_says_that_the_words_are_kept_and_leads_back_to_them(
    room, committed_cast
):
    room.context.clear_cookies(name="session")
    other = room.context.new_page()
    other.goto("/account/login/")
    other.fill("[name=login]", committed_cast.manager.email)
    other.fill("[name=password]", committed_cast.password)
    other.press("[name=password]", "Enter")
    other.wait_for_url("**/")
    other.close()
    add(room)
    room.wait_for_selector(".problem")
    assert "What you wrote is kept in this tab." in room.inner_text(".problem")
    assert found_by_axe(room) == []
    room.click("text=Back to the form")
    room.wait_for_selector(".incident-head")
    assert room.input_value(NOTE) == "Two schools, not one"
    add(room)
    room.wait_for_selector(".entry[data-kind=note]")


def test_nothing_is_said_to_be_kept_where_nothing_is(server, opened, committed_cast):
    page = opened(committed_cast.manager)
    page.goto("/account/tokens/")
    page.context.clear_cookies(name="csrf")
    page.eval_on_selector("form[action$='/logout/']", "form => form.submit()")
    page.wait_for_selector(".problem")
    assert "is kept" not in page.inner_text(".problem")
    assert page.locator("text=Back to the form").get_attribute("href") == "/account/tokens/"


def test_leaving_and_coming_back_finds_the_words_and_nobody_else_does(
    room, server, paged, signed_in, committed_cast
):
    room.goto("/on-duty/")
    room.goto(paged.get_absolute_url())
    assert room.input_value(NOTE) == "Two schools, not one"
    cookie = signed_in(committed_cast.on_duty).cookies["session"]
    room.context.add_cookies([{"name": "session", "value": cookie.value, "url": server}])
    room.goto("/on-duty/")
    room.goto(paged.get_absolute_url())
    assert room.input_value(NOTE) == ""


def test_pressing_twice_writes_once(room):
    room.dblclick("[data-draft^=note] button:text-is('Add note')")
    room.wait_for_selector(".entry[data-kind=note]")
    assert TimelineEntry.objects.filter(kind="note").count() == 1
